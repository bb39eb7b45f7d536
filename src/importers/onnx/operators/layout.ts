import { elementCount } from '../../../graph/shape.ts';
import { countedAxis } from '../fold/strided.ts';
import { type ComputedValue, type ImportedNode, isKnown, UnsupportedForm } from '../node.ts';
import { operand } from './elementwise.ts';

/** An axis of an ONNX tensor as an axis of the value, which has no batch. */
export function freeAxis(axis: number, { shape, batchAxis }: ComputedValue): number {
  const rank = shape.length + (batchAxis === null ? 0 : 1);
  const counted = axis < 0 ? axis + rank : axis;
  if (counted === batchAxis) throw new UnsupportedForm(`works on axis ${axis}, the batch`);
  if (!(counted >= 0 && counted < rank)) {
    throw new UnsupportedForm(`works on axis ${axis} of a tensor that has ${rank}`);
  }
  return batchAxis !== null && counted > batchAxis ? counted - 1 : counted;
}

/** The same numbers in another shape. */
export function reshaped(
  node: ImportedNode,
  value: ComputedValue,
  shape: readonly number[],
  batchAxis: number | null = value.batchAxis,
): ComputedValue {
  const result =
    shape.length === 1 ? node.emit('flatten', [value]) : node.emit('reshape', [value], { shape });
  return { ...result, batchAxis };
}

/** Flatten: the axes before `axis` become one, and those from there on. */
export function flatten(node: ImportedNode): ComputedValue {
  const value = node.value();
  const full = node.fullShape(value);
  const given = node.int('axis', 1);
  const axis = given < 0 ? given + full.length : given;
  const target = [elementCount(full.slice(0, axis)), elementCount(full.slice(axis))];
  return reshapeTo(node, value, target);
}

/** Reshape that keeps the batch an axis of its own. */
export function reshape(node: ImportedNode): ComputedValue {
  const value = node.value();
  const full = node.fullShape(value);
  const given = node.intsOrInput('shape', 1) ?? [];
  const copiesZero = node.int('allowzero', 0) === 0;
  const target = given.map((extent, axis) => (extent === 0 && copiesZero ? (full[axis] ?? 0) : extent));
  return reshapeTo(node, value, target);
}

/** `target` may have one −1. */
function reshapeTo(node: ImportedNode, value: ComputedValue, target: readonly number[]): ComputedValue {
  const full = node.fullShape(value);
  const elements = elementCount(full);
  const known = elementCount(target.filter((extent) => extent !== -1));
  const shape = target.map((extent) => (extent === -1 ? elements / known : extent));
  if (elementCount(shape) !== elements || !shape.every(Number.isInteger)) {
    throw new UnsupportedForm(`reshapes ${full.join('×')} to [${target.join(', ')}]`);
  }
  const { batchAxis } = value;
  if (batchAxis === null) return reshaped(node, value, shape);
  const before = elementCount(full.slice(0, batchAxis));
  const kept = shape.findIndex(
    (extent, axis) => extent === full[batchAxis] && elementCount(shape.slice(0, axis)) === before,
  );
  if (kept < 0) {
    throw new UnsupportedForm(
      `mixes the batch with other axes (${full.join('×')} becomes [${target.join(', ')}])`,
    );
  }
  return reshaped(node, value, shape.toSpliced(kept, 1), kept);
}

/** Squeeze of axes other than the batch. */
export function squeeze(node: ImportedNode): ComputedValue {
  const value = node.value();
  const { shape, batchAxis } = value;
  const axes = node.intsOrInput('axes', 1)?.map((axis) => freeAxis(axis, value));
  const isDropped = (extent: number, axis: number): boolean => (axes ? axes.includes(axis) : extent === 1);
  if (axes?.some((axis) => shape[axis] !== 1)) throw new UnsupportedForm('drops axes of more than 1 element');
  const kept = shape.filter((extent, axis) => !isDropped(extent, axis));
  if (batchAxis === null) return reshaped(node, value, kept);
  return reshaped(
    node,
    value,
    kept,
    batchAxis - shape.slice(0, batchAxis).filter((extent, axis) => isDropped(extent, axis)).length,
  );
}

/** Unsqueeze: new axes of 1 element, before the batch too. */
export function unsqueeze(node: ImportedNode): ComputedValue {
  const value = node.value();
  const full = node.fullShape(value);
  const axes = node.intsOrInput('axes', 1) ?? [];
  const rank = full.length + axes.length;
  const added = axes.map((axis) => (axis < 0 ? axis + rank : axis));
  if (new Set(added).size !== added.length || added.some((axis) => !(axis >= 0 && axis < rank))) {
    throw new UnsupportedForm(`adds axes [${axes.join(', ')}] to ${full.length}`);
  }
  const old = Array.from({ length: rank }, (_, axis) => axis).filter((axis) => !added.includes(axis));
  const { batchAxis } = value;
  const placed = batchAxis === null ? null : old[batchAxis];
  const shape = Array.from({ length: rank }, (_, axis) =>
    added.includes(axis) ? 1 : full[old.indexOf(axis)],
  );
  return reshaped(node, value, placed === null ? shape : shape.toSpliced(placed, 1), placed);
}

/** Transpose. The batch stays outermost in memory, so that only the others move. */
export function transpose(node: ImportedNode): ComputedValue {
  const value = node.value();
  const rank = node.fullShape(value).length;
  const order = node.ints('perm') ?? Array.from({ length: rank }, (_, axis) => rank - 1 - axis);
  if (order.length !== rank || new Set(order).size !== rank)
    throw new UnsupportedForm(`orders axes [${order.join(', ')}] of ${rank}`);
  const { batchAxis } = value;
  const permutation = order.filter((axis) => axis !== batchAxis).map((axis) => freeAxis(axis, value));
  const moved = batchAxis === null ? null : order.indexOf(batchAxis);
  const isSame = permutation.every((axis, at) => axis === at);
  const result = isSame ? value : node.emit('transpose', [value], { permutation });
  return { ...result, batchAxis: moved };
}

/** Concat along an axis other than the batch; a constant goes into a gap that the values leave. */
export function concat(node: ImportedNode): ComputedValue {
  if (node.inputs.some((value) => value !== undefined && isKnown(value))) return concatWithConstants(node);
  const values = node.inputs.map((_, index) => node.value(index));
  if (values.some(({ batchAxis }) => batchAxis !== values[0].batchAxis))
    throw new UnsupportedForm('joins values with their batches on different axes');
  return node.emit('concatenate', values, { axis: freeAxis(node.int('axis', 1), values[0]) });
}

/** All inputs at their places in a value of zeros, added up. */
function concatWithConstants(node: ImportedNode): ComputedValue {
  const index = node.inputs.findIndex((value) => value !== undefined && !isKnown(value));
  const first = node.value(index);
  const axis = freeAxis(node.int('axis', 1), first);
  const parts = node.inputs.map((value, at) =>
    value !== undefined && isKnown(value) ? operand(node.constant(at), first) : node.value(at),
  );
  const unfit = parts.find(
    (part) =>
      part.shape.length !== first.shape.length ||
      part.shape.some((extent, k) => k !== axis && extent !== first.shape[k]),
  );
  if (unfit) throw new UnsupportedForm(`joins ${unfit.shape.join('×')} to ${first.shape.join('×')}`);
  const lengths = parts.map(({ shape }) => shape[axis]);
  const total = lengths.reduce((sum, length) => sum + length, 0);
  const shape = first.shape.with(axis, total);
  node.reserve(elementCount(shape));
  const constants = { shape, values: new Float32Array(elementCount(shape)) };
  const inner = elementCount(shape.slice(axis + 1));
  let start = 0;
  const placed = parts.flatMap((part, at) => {
    const from = start;
    start += lengths[at];
    if ('values' in part) {
      const block = lengths[at] * inner;
      for (let outer = 0; outer * block < part.values.length; outer++)
        constants.values.set(
          part.values.subarray(outer * block, (outer + 1) * block),
          (outer * total + from) * inner,
        );
      return [];
    }
    const pads = [
      ...shape.map((_, k) => (k === axis ? from : 0)),
      ...shape.map((_, k) => (k === axis ? total - start : 0)),
    ];
    return [padded(node, part, pads)];
  });
  if (placed.some(({ batchAxis }) => batchAxis !== first.batchAxis))
    throw new UnsupportedForm('joins values with their batches on different axes');
  const sum = placed.reduce((a, b) => node.emit('add', [a, b]));
  return node.emit('add', [sum], {}, { operand: constants });
}

/** Start and number of elements of a slice of `extent` elements, as ONNX clamps them. */
export function sliceRange(
  start: number,
  end: number,
  step: number,
  extent: number,
): readonly [start: number, length: number] {
  const clamp = (at: number, low: number, high: number): number =>
    Math.min(high, Math.max(low, at < 0 ? at + extent : at));
  const [from, to] =
    step > 0
      ? [clamp(start, 0, extent), clamp(end, 0, extent)]
      : [clamp(start, 0, extent - 1), clamp(end, -1, extent - 1)];
  return [from, Math.max(0, Math.ceil((to - from) / step))];
}

/** Starts, ends, axes and steps of a Slice: attributes before opset 10, constant inputs since. */
export function sliceArguments(node: ImportedNode): {
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  readonly axes: readonly number[];
  readonly steps: readonly number[];
} {
  const starts = node.intsOrInput('starts', 1) ?? [];
  const ends = node.intsOrInput('ends', 2) ?? [];
  const axes = node.intsOrInput('axes', 3) ?? starts.map((_, axis) => axis);
  const steps = node.intsOrInput('steps', 4) ?? starts.map(() => 1);
  if ([ends, axes, steps].some(({ length }) => length !== starts.length) || steps.includes(0))
    throw new UnsupportedForm('has starts, ends, axes and steps that do not fit together');
  return { starts, ends, axes, steps };
}

/** Slice of axes other than the batch. */
export function slice(node: ImportedNode): ComputedValue {
  const value = node.value();
  const { starts, ends, axes, steps } = sliceArguments(node);
  const ranges = axes.map((axis, at) => {
    const free = takesAll(axis, starts[at], ends[at], steps[at], value) ? null : freeAxis(axis, value);
    return { free, start: starts[at], end: ends[at], step: steps[at] };
  });
  const { shape } = value;
  const result = { starts: shape.map(() => 0), lengths: [...shape], steps: shape.map(() => 1) };
  for (const { free, start: given, end, step } of ranges) {
    if (free === null) continue;
    const [start, length] = sliceRange(given, end, step, shape[free]);
    if (length === 0) throw new UnsupportedForm('gives no elements');
    result.starts[free] = start;
    result.lengths[free] = length;
    result.steps[free] = step;
  }
  return node.emit('slice', [value], result);
}

/** Whether a slice of the batch takes all of it, whatever its size: exporters write those. */
function takesAll(
  axis: number,
  start: number,
  end: number,
  step: number,
  { shape, batchAxis }: ComputedValue,
): boolean {
  const counted = axis < 0 ? axis + shape.length + 1 : axis;
  return batchAxis !== null && counted === batchAxis && start === 0 && end >= 2 ** 31 - 1 && step === 1;
}

/** Pad of axes other than the batch; negative pads cut elements off. */
export function pad(node: ImportedNode): ComputedValue {
  const value = node.value();
  const rank = node.fullShape(value).length;
  const pads = readPads(node, rank);
  const { batchAxis } = value;
  if (batchAxis !== null && (pads[batchAxis] !== 0 || pads[batchAxis + rank] !== 0))
    throw new UnsupportedForm('pads the batch');
  const free = pads.filter((_, at) => at % rank !== batchAxis);
  const mode = node.text('mode', 'constant');
  const inner = cropped(node, value, free);
  if (mode === 'wrap') return wrapped(node, inner, free);
  if (!['constant', 'edge', 'reflect'].includes(mode)) throw new UnsupportedForm(`pads by mode ${mode}`);
  const fill = node.inputs[2] ? node.constant(2).values[0] : node.float('value', 0);
  return padded(node, inner, free, { mode, value: fill });
}

/** The value with its other end before each axis, and its beginning after it. */
function wrapped(node: ImportedNode, value: ComputedValue, pads: readonly number[]): ComputedValue {
  const rank = value.shape.length;
  const result = value.shape.reduce<ComputedValue>((inner, extent, axis) => {
    const [before, after] = [pads[axis], pads[axis + rank]].map((count) => Math.max(0, count));
    if (before > extent || after > extent) throw new UnsupportedForm('wraps around more than once');
    const end = before > 0 ? [part(node, inner, axis, extent - before, before)] : [];
    const beginning = after > 0 ? [part(node, inner, axis, 0, after)] : [];
    const parts = [...end, inner, ...beginning];
    return parts.length === 1 ? inner : node.emit('concatenate', parts, { axis });
  }, value);
  return result.name === value.name ? node.emit('identity', [value]) : result;
}

/** Elements from `start` on along an axis. */
export function part(
  node: ImportedNode,
  value: ComputedValue,
  axis: number,
  start: number,
  length: number,
  step = 1,
): ComputedValue {
  const along = (other: number, here: number) => (_: number, at: number) => (at === axis ? here : other);
  return node.emit('slice', [value], {
    starts: value.shape.map(along(0, start)),
    lengths: value.shape.with(axis, length),
    steps: value.shape.map(along(1, step)),
  });
}

/** The value without the elements that negative pads cut off. */
function cropped(node: ImportedNode, value: ComputedValue, pads: readonly number[]): ComputedValue {
  if (pads.every((count) => count >= 0)) return value;
  const { shape } = value;
  const cut = pads.map((count) => Math.max(0, -count));
  const lengths = shape.map((extent, axis) => extent - cut[axis] - cut[axis + shape.length]);
  if (lengths.some((length) => length <= 0)) throw new UnsupportedForm('gives no elements');
  const starts = cut.slice(0, shape.length);
  return node.emit('slice', [value], { starts, lengths, steps: shape.map(() => 1) });
}

/** The value with more elements around it; `pads` of its own axes. */
function padded(
  node: ImportedNode,
  value: ComputedValue,
  pads: readonly number[],
  fill: object = {},
): ComputedValue {
  const added = pads.map((count) => Math.max(0, count));
  return added.every((count) => count === 0)
    ? node.emit('identity', [value])
    : node.emit('pad', [value], { pads: added, ...fill });
}

/** Pads of all axes: attributes before opset 11 (`paddings` at first), constant inputs since, of some axes from opset 18. */
export function readPads(node: ImportedNode, rank: number): readonly number[] {
  const pads = node.ints('paddings') ?? node.intsOrInput('pads', 1) ?? [];
  const axes = node.inputs[3]
    ? [...node.constant(3).values]
    : Array.from({ length: rank }, (_, axis) => axis);
  if (pads.length !== 2 * axes.length)
    throw new UnsupportedForm(`has ${pads.length} pads for ${axes.length} axes`);
  const all = new Array<number>(2 * rank).fill(0);
  axes.forEach((axis, at) => {
    const counted = countedAxis(axis, rank);
    all[counted] = pads[at];
    all[counted + rank] = pads[at + axes.length];
  });
  return all;
}
