import { elementCount } from '../../../graph/shape.ts';
import { type ImportedNode, UnsupportedForm } from '../node.ts';
import { allocate, DATA_TYPES, type KnownTensor } from '../tensors.ts';
import { requireShape, vector } from './layout.ts';

/** Constant, in all its forms but strings and sparse tensors. */
export function constant(node: ImportedNode): KnownTensor {
  const tensor = node.tensor('value');
  if (tensor !== undefined) return tensor;
  const { float } = DATA_TYPES;
  const floats = node.floats('value_floats');
  if (floats) return { shape: [floats.length], values: Float32Array.from(floats), type: float };
  const ints = node.ints('value_ints');
  if (ints) return vector(ints);
  if (node.has('value_float'))
    return { shape: [], values: Float32Array.of(node.float('value_float', 0)), type: float };
  if (node.has('value_int'))
    return { shape: [], values: Float64Array.of(node.int('value_int', 0)), type: DATA_TYPES.int64 };
  throw new UnsupportedForm('has a value of strings, or a sparse one');
}

export function constantOfShape(node: ImportedNode): KnownTensor {
  const shape = requireShape([...node.constant(0).values]);
  const count = elementCount(shape);
  node.reserve(count);
  const value = node.tensor('value');
  const type = value?.type ?? DATA_TYPES.float;
  return { shape, values: allocate(type, count).fill(value?.values[0] ?? 0), type };
}

/** start, start + delta, … up to but without limit. */
export function range(node: ImportedNode): KnownTensor {
  const [start, limit, delta] = [0, 1, 2].map((index) => node.constant(index).values[0]);
  const count = Math.max(0, Math.ceil((limit - start) / delta));
  if (!Number.isSafeInteger(count)) throw new UnsupportedForm('counts without an end');
  node.reserve(count);
  const { type } = node.constant(0);
  const values = allocate(type, count);
  for (let at = 0; at < count; at++) values[at] = start + at * delta;
  return { shape: [count], values, type };
}

/** Indices of the elements that are not 0, one column each. */
export function nonZero(node: ImportedNode): KnownTensor {
  const { shape, values } = node.constant(0);
  let found = 0;
  for (const value of values) found += Number(value !== 0);
  node.reserve(shape.length * found);
  const columns = allocate(DATA_TYPES.int64, shape.length * found);
  let column = 0;
  values.forEach((value, at) => {
    if (value === 0) return;
    shape.forEach((extent, axis) => {
      const inner = elementCount(shape.slice(axis + 1));
      columns[axis * found + column] = Math.floor(at / inner) % extent;
    });
    column++;
  });
  return { shape: [shape.length, found], values: columns, type: DATA_TYPES.int64 };
}
