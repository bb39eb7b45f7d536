import { elementCount, type Shape } from '../../../graph/shape.ts';
import { type ImportedNode, isKnown, UNKNOWN, UnsupportedForm } from '../node.ts';
import { readPads, sliceArguments, sliceRange } from '../operators/layout.ts';
import { allocate, DATA_TYPES, type KnownTensor } from '../tensors.ts';
import { broadcastTo, commonShape, countedAxis, stridesOf, takeStrided } from './strided.ts';

/** A vector of 64-bit integers, as shapes are. */
export function vector(values: readonly number[]): KnownTensor {
  return { shape: [values.length], values: Float64Array.from(values), type: DATA_TYPES.int64 };
}

/** The ONNX shape of the first input, which need not be constant. */
function fullShape(node: ImportedNode): Shape {
  const [value] = node.inputs;
  if (value === undefined || value === UNKNOWN) throw new UnsupportedForm('has no input');
  return isKnown(value) ? value.shape : node.fullShape(value);
}

/** Shape; since opset 15 from `start` to `end`. */
export function shapeOf(node: ImportedNode): KnownTensor {
  const shape = fullShape(node);
  return vector(shape.slice(node.int('start', 0), node.int('end', shape.length)));
}

/** Number of elements. */
export function size(node: ImportedNode): KnownTensor {
  return { shape: [], values: Float64Array.of(elementCount(fullShape(node))), type: DATA_TYPES.int64 };
}

function withShape({ values, type, shape: from }: KnownTensor, shape: Shape): KnownTensor {
  if (
    !shape.every((extent) => Number.isInteger(extent) && extent >= 0) ||
    elementCount(shape) !== values.length
  )
    throw new UnsupportedForm(`reshapes a constant of ${from.join('×')} to ${shape.join('×')}`);
  return { shape, values, type };
}

export function reshape(node: ImportedNode): KnownTensor {
  const tensor = node.constant(0);
  const copiesZero = node.int('allowzero', 0) === 0;
  const target = (node.intsOrInput('shape', 1) ?? []).map((extent, axis) =>
    extent === 0 && copiesZero ? tensor.shape[axis] : extent,
  );
  const known = elementCount(target.filter((extent) => extent !== -1));
  return withShape(
    tensor,
    target.map((extent) => (extent === -1 ? tensor.values.length / known : extent)),
  );
}

export function flatten(node: ImportedNode): KnownTensor {
  const tensor = node.constant(0);
  const given = node.int('axis', 1);
  const axis = given < 0 ? given + tensor.shape.length : given;
  return withShape(tensor, [
    elementCount(tensor.shape.slice(0, axis)),
    elementCount(tensor.shape.slice(axis)),
  ]);
}

export function squeeze(node: ImportedNode): KnownTensor {
  const tensor = node.constant(0);
  const rank = tensor.shape.length;
  const dropped = node.intsOrInput('axes', 1)?.map((axis) => countedAxis(axis, rank));
  return withShape(
    tensor,
    tensor.shape.filter((extent, axis) => !(dropped ? dropped.includes(axis) : extent === 1)),
  );
}

export function unsqueeze(node: ImportedNode): KnownTensor {
  const tensor = node.constant(0);
  const axes = node.intsOrInput('axes', 1) ?? [];
  const rank = tensor.shape.length + axes.length;
  const added = axes.map((axis) => countedAxis(axis, rank));
  const rest = [...tensor.shape];
  return withShape(
    tensor,
    Array.from({ length: rank }, (_, axis) => (added.includes(axis) ? 1 : (rest.shift() ?? 0))),
  );
}

export function transpose(node: ImportedNode): KnownTensor {
  const tensor = node.constant(0);
  const { shape } = tensor;
  const order = node.ints('perm') ?? shape.map((_, axis) => shape.length - 1 - axis);
  if (order.toSorted((a, b) => a - b).join() !== shape.map((_, axis) => axis).join())
    throw new UnsupportedForm(`orders axes [${order.join(', ')}] of ${shape.length}`);
  const strides = stridesOf(shape);
  return takeStrided(
    node,
    tensor,
    order.map((axis) => shape[axis]),
    order.map((axis) => strides[axis]),
  );
}

export function slice(node: ImportedNode): KnownTensor {
  const tensor = node.constant(0);
  const { starts, ends, axes, steps } = sliceArguments(node);
  const shape = [...tensor.shape];
  const strides = stridesOf(shape);
  let offset = 0;
  axes.forEach((given, at) => {
    const axis = countedAxis(given, shape.length);
    const [start, length] = sliceRange(starts[at], ends[at], steps[at], tensor.shape[axis]);
    offset += start * strides[axis];
    strides[axis] *= steps[at];
    shape[axis] = length;
  });
  return takeStrided(node, tensor, shape, strides, offset);
}

export function gather(node: ImportedNode): KnownTensor {
  const data = node.constant(0);
  const indices = node.constant(1);
  const axis = countedAxis(node.int('axis', 0), data.shape.length);
  const extent = data.shape[axis];
  const outer = elementCount(data.shape.slice(0, axis));
  const inner = elementCount(data.shape.slice(axis + 1));
  const count = indices.values.length;
  node.reserve(outer * count * inner);
  const values = allocate(data.type, outer * count * inner);
  for (let at = 0; at < count; at++) {
    const given = indices.values[at];
    const index = given < 0 ? given + extent : given;
    if (!(index >= 0 && index < extent))
      throw new UnsupportedForm(`takes index ${given} of ${extent} elements`);
    for (let row = 0; row < outer; row++) {
      const from = (row * extent + index) * inner;
      values.set(data.values.subarray(from, from + inner), (row * count + at) * inner);
    }
  }
  const shape = [...data.shape.slice(0, axis), ...indices.shape, ...data.shape.slice(axis + 1)];
  return { shape, values, type: data.type };
}

export function concat(node: ImportedNode): KnownTensor {
  const parts = node.constants();
  const [{ shape: first, type }] = parts;
  const axis = countedAxis(node.int('axis', 1), first.length);
  const fits = parts.every(
    ({ shape }) => shape.length === first.length && shape.every((e, at) => at === axis || e === first[at]),
  );
  if (!fits) throw new UnsupportedForm('joins constants that do not fit');
  const length = parts.reduce((sum, { shape }) => sum + shape[axis], 0);
  const shape = first.with(axis, length);
  const count = elementCount(shape);
  node.reserve(count);
  const values = allocate(type, count);
  const inner = elementCount(first.slice(axis + 1));
  const outer = elementCount(first.slice(0, axis));
  let at = 0;
  for (let row = 0; row < outer; row++) {
    for (const part of parts) {
      const size = part.shape[axis] * inner;
      values.set(part.values.subarray(row * size, (row + 1) * size), at);
      at += size;
    }
  }
  return { shape, values, type };
}

/** Parts along an axis: as long as `split` says (an attribute before opset 13), else equal, the last perhaps shorter. */
export function split(node: ImportedNode): KnownTensor[] {
  const tensor = node.constant(0);
  const axis = countedAxis(node.int('axis', 0), tensor.shape.length);
  const lengths = splitLengths(node, tensor.shape[axis]);
  const strides = stridesOf(tensor.shape);
  let start = 0;
  return lengths.map((length) => {
    const offset = start * strides[axis];
    start += length;
    return takeStrided(node, tensor, tensor.shape.with(axis, length), strides, offset);
  });
}

/** Lengths of the parts of a Split of an axis of `extent` elements. */
export function splitLengths(node: ImportedNode, extent: number): readonly number[] {
  const count = node.outputCount;
  const part = Math.ceil(extent / count);
  const lengths =
    node.intsOrInput('split', 1) ??
    Array.from({ length: count }, (_, at) => Math.min(part, extent - at * part));
  const total = lengths.reduce((sum, length) => sum + length, 0);
  if (lengths.length !== count || total !== extent || lengths.some((length) => length < 0))
    throw new UnsupportedForm(`splits ${extent} elements into [${lengths.join(', ')}]`);
  return lengths;
}

export function expand(node: ImportedNode): KnownTensor {
  const tensor = node.constant(0);
  const target = requireShape([...node.constant(1).values]);
  return broadcastTo(node, tensor, commonShape([tensor, { ...tensor, shape: target }]));
}

export function tile(node: ImportedNode): KnownTensor {
  const tensor = node.constant(0);
  const repeats = node.constant(1).values;
  const strides = stridesOf(tensor.shape);
  if (repeats.length !== tensor.shape.length) throw new UnsupportedForm('repeats other axes than it has');
  // Each axis is two: repeats that do not move, and the elements.
  const pairs = tensor.shape.flatMap((extent, axis) => [repeats[axis], extent]);
  const result = takeStrided(
    node,
    tensor,
    requireShape(pairs),
    strides.flatMap((stride) => [0, stride]),
  );
  return { ...result, shape: tensor.shape.map((extent, axis) => extent * repeats[axis]) };
}

/** Pad of a constant with a value. */
export function pad(node: ImportedNode): KnownTensor {
  const tensor = node.constant(0);
  const rank = tensor.shape.length;
  const pads = readPads(node, rank);
  if (node.text('mode', 'constant') !== 'constant')
    throw new UnsupportedForm('pads a constant in another mode than constant');
  const shape = requireShape(tensor.shape.map((extent, axis) => pads[axis] + extent + pads[axis + rank]));
  if (pads.some((elements) => elements < 0)) throw new UnsupportedForm('crops a constant');
  const count = elementCount(shape);
  node.reserve(count);
  const fill = node.inputs[2] ? node.constant(2).values[0] : node.float('value', 0);
  const values = allocate(tensor.type, count).fill(fill);
  const from = stridesOf(tensor.shape);
  const to = stridesOf(shape);
  const start = pads.slice(0, rank).reduce((sum, elements, axis) => sum + elements * to[axis], 0);
  for (let at = 0; at < tensor.values.length; at++) {
    let target = start;
    for (let axis = 0; axis < rank; axis++) {
      target += (Math.floor(at / from[axis]) % tensor.shape[axis]) * to[axis];
    }
    values[target] = tensor.values[at];
  }
  return { shape, values, type: tensor.type };
}

/** The shape, if its extents are whole numbers; how many elements that makes is checked where they are made. */
export function requireShape(shape: readonly number[]): Shape {
  if (!shape.every((extent) => Number.isSafeInteger(extent) && extent >= 0) || shape.length > 64)
    throw new UnsupportedForm(`makes a constant of shape [${shape.slice(0, 8).join(', ')}]`);
  return shape;
}
