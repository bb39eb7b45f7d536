import { elementCount, type Shape } from '../../../graph/shape.ts';
import { splitLengths } from '../fold/layout.ts';
import { type ComputedValue, type ImportedNode, UNKNOWN, UnsupportedForm, type Value } from '../node.ts';
import { freeAxis, part, reshaped } from './layout.ts';

/** Split; parts that nothing takes are not made. */
export function split(node: ImportedNode): readonly Value[] {
  const value = node.value();
  const axis = freeAxis(node.int('axis', 0), value);
  const extent = value.shape[axis];
  const lengths = splitLengths(node, extent);
  if (lengths.includes(0))
    throw new UnsupportedForm(`splits ${extent} elements into [${lengths.join(', ')}]`);
  let start = 0;
  return lengths.map((length, at) => {
    const from = start;
    start += length;
    return node.outputNames[at] ? part(node, value, axis, from, length) : UNKNOWN;
  });
}

/** Gather with constant indices along an axis other than the batch. */
export function gather(node: ImportedNode): ComputedValue {
  const value = node.value();
  const axis = freeAxis(node.int('axis', 0), value);
  const { shape, values } = node.constant(1);
  const extent = value.shape[axis];
  const indices = Array.from(values, (index) => (index < 0 ? index + extent : index));
  if (indices.length === 0) throw new UnsupportedForm('gives no elements');
  if (indices.some((index) => !(index >= 0 && index < extent))) {
    throw new UnsupportedForm(`takes indices beyond the ${extent} elements of its axis`);
  }
  const step = indices.length > 1 ? indices[1] - indices[0] : 1;
  const isEven = step !== 0 && indices.every((index, place) => index === indices[0] + place * step);
  const taken = isEven
    ? part(node, value, axis, indices[0], indices.length, step)
    : node.emit('gather', [value], { axis, indices });
  if (shape.length === 1) return taken;
  const { batchAxis } = value;
  // The axes of the indices stand in the place of one, which may be before the batch.
  const moved = batchAxis !== null && axis < batchAxis ? batchAxis + shape.length - 1 : batchAxis;
  return reshaped(node, taken, value.shape.toSpliced(axis, 1, ...shape), moved);
}

/** Tile along axes other than the batch. */
export function tile(node: ImportedNode): ComputedValue {
  const value = node.value();
  const repeats = [...node.constant(1).values];
  const full = node.fullShape(value);
  if (repeats.length !== full.length)
    throw new UnsupportedForm(`repeats ${repeats.length} axes of ${full.length}`);
  return repeated(node, value, repeats);
}

/** Expand: axes of 1 element repeat, and axes may be added before the others. */
export function expand(node: ImportedNode): ComputedValue {
  const value = node.value();
  const target = [...node.constant(1).values];
  const added = Math.max(0, target.length - node.fullShape(value).length);
  const raised = added === 0 ? value : withLeadingAxes(node, value, added);
  const full = node.fullShape(raised);
  const wanted = full.map((extent, axis) => target[axis - full.length + target.length] ?? extent);
  const repeats = full.map((extent, axis) => {
    if (wanted[axis] === extent || wanted[axis] === 1) return 1;
    if (extent === 1 && wanted[axis] > 0) return wanted[axis];
    throw new UnsupportedForm(`expands ${full.join('×')} to ${target.join('×')}`);
  });
  return repeated(node, raised, repeats);
}

/** New axes of 1 element before all others, the batch too. */
function withLeadingAxes(node: ImportedNode, value: ComputedValue, count: number): ComputedValue {
  const { shape, batchAxis } = value;
  const ones: Shape = Array.from({ length: count }, () => 1);
  return reshaped(node, value, [...ones, ...shape], batchAxis === null ? null : batchAxis + count);
}

/** `repeats`: of all axes of the ONNX tensor. */
function repeated(node: ImportedNode, value: ComputedValue, repeats: readonly number[]): ComputedValue {
  const { batchAxis } = value;
  if (batchAxis !== null && repeats[batchAxis] !== 1) throw new UnsupportedForm('repeats the batch');
  const free = batchAxis === null ? repeats : repeats.toSpliced(batchAxis, 1);
  if (free.every((count) => count === 1)) return node.emit('identity', [value]);
  node.reserve(elementCount(value.shape) * elementCount(free));
  return node.emit('tile', [value], { repeats: free });
}
