import { elementCount } from '../../../graph/shape.ts';
import { type ComputedValue, type ImportedNode, UnsupportedForm } from '../node.ts';

/** An axis of the value with its batch as an axis of the value without. */
export function freeAxis(axis: number, rank: number): number {
  const free = (axis < 0 ? axis + rank + 1 : axis) - 1;
  if (free < 0 || free >= rank) throw new UnsupportedForm(`works on axis ${axis}, the batch or none`);
  return free;
}

function reshaped(node: ImportedNode, value: ComputedValue, shape: readonly number[]): ComputedValue {
  return shape.length === 1 ? node.emit('flatten', [value]) : node.emit('reshape', [value], { shape });
}

/** Flatten, which keeps the batch. */
export function flatten(node: ImportedNode): ComputedValue {
  if (node.int('axis', 1) !== 1) throw new UnsupportedForm('flattens the batch');
  return node.emit('flatten', [node.value()]);
}

/** Reshape that keeps the batch outermost. */
export function reshape(node: ImportedNode): ComputedValue {
  const value = node.value();
  const target = node.intsOrInput('shape', 1) ?? [];
  const [batch, ...rest] = target.map((extent, axis) =>
    extent === 0 && axis > 0 ? (value.shape[axis - 1] ?? 0) : extent,
  );
  const elements = elementCount(value.shape);
  const known = elementCount(rest.filter((extent) => extent !== -1));
  const free = rest.map((extent) => (extent === -1 ? elements / known : extent));
  const keepsBatch = batch === 0 || batch === -1 || batch === node.batch;
  if (!keepsBatch || elementCount(free) !== elements)
    throw new UnsupportedForm(`mixes the batch with other axes ([${target.join(', ')}])`);
  return reshaped(node, value, free);
}

/** Squeeze of axes other than the batch. */
export function squeeze(node: ImportedNode): ComputedValue {
  const value = node.value();
  const { shape } = value;
  const axes = node.intsOrInput('axes', 1)?.map((axis) => freeAxis(axis, shape.length));
  const kept = shape.filter((extent, axis) => !(axes ? axes.includes(axis) : extent === 1));
  return reshaped(node, value, kept);
}

/** Unsqueeze at axes other than the batch. */
export function unsqueeze(node: ImportedNode): ComputedValue {
  const value = node.value();
  const axes = node.intsOrInput('axes', 1) ?? [];
  const rank = value.shape.length + axes.length;
  const free = axes.map((axis) => freeAxis(axis, rank));
  const rest = [...value.shape];
  const shape = Array.from({ length: rank }, (_, axis) => (free.includes(axis) ? 1 : (rest.shift() ?? 1)));
  return reshaped(node, value, shape);
}

/** Transpose that keeps the batch outermost. */
export function transpose(node: ImportedNode): ComputedValue {
  const value = node.value();
  const [batch, ...rest] = node.ints('perm') ?? [];
  if (batch !== 0) throw new UnsupportedForm('moves the batch');
  return node.emit('transpose', [value], { permutation: rest.map((axis) => axis - 1) });
}

/** Concat along an axis other than the batch. */
export function concat(node: ImportedNode): ComputedValue {
  const values = node.inputs.map((_, index) => node.value(index));
  return node.emit('concatenate', values, { axis: freeAxis(node.int('axis', 1), values[0].shape.length) });
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

/** Slice: starts, ends, axes and steps are attributes before opset 10, constant inputs since. */
export function slice(node: ImportedNode): ComputedValue {
  const value = node.value();
  const { shape } = value;
  const starts = node.intsOrInput('starts', 1) ?? [];
  const ends = node.intsOrInput('ends', 2) ?? [];
  const axes = node.intsOrInput('axes', 3) ?? starts.map((_, axis) => axis);
  const given = node.intsOrInput('steps', 4);
  const result = { starts: shape.map(() => 0), lengths: [...shape], steps: shape.map(() => 1) };
  axes.forEach((axis, at) => {
    const free = freeAxis(axis, shape.length);
    const step = given?.[at] ?? 1;
    const [start, length] = sliceRange(starts[at], ends[at], step, shape[free]);
    result.starts[free] = start;
    result.lengths[free] = length;
    result.steps[free] = step;
  });
  return node.emit('slice', [value], result);
}

/** Pad of feature maps. */
export function pad(node: ImportedNode): ComputedValue {
  const value = node.value();
  const pads = node.intsOrInput('pads', 1) ?? [];
  const rank = pads.length / 2;
  if (rank !== 4 || pads[0] !== 0 || pads[rank] !== 0 || node.inputs[3])
    throw new UnsupportedForm('pads other than feature maps');
  const fill = node.inputs[2] ? node.constant(2).values[0] : node.float('value', 0);
  const free = [...pads.slice(1, rank), ...pads.slice(rank + 1)];
  return node.emit('pad', [value], { pads: free, mode: node.text('mode', 'constant'), value: fill });
}

/** ReduceMean over height and width. */
export function reduceMean(node: ImportedNode): ComputedValue {
  const value = node.value();
  const axes = (node.intsOrInput('axes', 1) ?? []).map((axis) => freeAxis(axis, value.shape.length));
  if (value.shape.length !== 3 || axes.toSorted().join() !== '1,2')
    throw new UnsupportedForm('reduces other axes than height and width');
  const mean = node.emit('global-average-pool', [value]);
  return node.int('keepdims', 1) === 0 ? node.emit('flatten', [mean]) : mean;
}

/** Softmax; before opset 13 it flattens the axes from `axis` on, which is the same only where they have 1 element each. */
export function softmax(node: ImportedNode): ComputedValue {
  const value = node.value();
  const rank = value.shape.length;
  const axis = freeAxis(node.int('axis', node.opset < 13 ? 1 : -1), rank);
  if (node.opset < 13 && elementCount(value.shape.slice(axis + 1)) !== 1)
    throw new UnsupportedForm('flattens several axes, as before opset 13');
  return node.emit('softmax', [value], { axis });
}
