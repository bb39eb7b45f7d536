import { elementCount } from '../../graph/shape.ts';
import { type ImportedNode, isKnown, UnsupportedForm } from './node.ts';
import { sliceRange } from './operators/layout.ts';
import type { KnownTensor } from './tensors.ts';

/** Most elements of a folded tensor: folding computes shapes and pads, and reshapes weights. */
const MAX_ELEMENTS = 2 ** 26;

type Fold = (node: ImportedNode) => KnownTensor;

const vector = (values: readonly number[]): KnownTensor => ({
  shape: [values.length],
  values: Float64Array.from(values),
});

/** Operators computed at import where their inputs are constants. */
const FOLDS: ReadonlyMap<string, Fold> = new Map<string, Fold>([
  ['Constant', constant],
  ['Cast', cast],
  ['Concat', concat],
  ['ConstantOfShape', constantOfShape],
  ['Gather', gather],
  ['Identity', (node) => node.constant(0)],
  ['Reshape', (node) => reshape(node.constant(0), node.intsOrInput('shape', 1) ?? [])],
  ['Shape', shapeOf],
  ['Slice', slice],
  ['Squeeze', (node) => squeeze(node.constant(0), node.intsOrInput('axes', 1))],
  ['Transpose', transpose],
  ['Unsqueeze', (node) => unsqueeze(node.constant(0), node.intsOrInput('axes', 1) ?? [])],
]);

/** Names of the operators that can be folded. */
export const FOLDED_OPERATORS: readonly string[] = [...FOLDS.keys()];

/** The value of a node that is known at import; undefined where it depends on the network's input. */
export function fold(type: string, node: ImportedNode): KnownTensor | undefined {
  const known = type === 'Shape' || node.inputs.every((value) => value === undefined || isKnown(value));
  return known ? FOLDS.get(type)?.(node) : undefined;
}

function constant(node: ImportedNode): KnownTensor {
  const tensor = node.tensor('value');
  if (tensor !== undefined) return tensor;
  const ints = node.ints('value_ints');
  return ints
    ? vector(ints)
    : { shape: [], values: Float64Array.of(node.int('value_int', node.float('value_float', 0))) };
}

function cast(node: ImportedNode): KnownTensor {
  const { shape, values } = node.constant(0);
  const isFloat = [1, 10, 11, 16].includes(node.int('to', 1));
  return isFloat ? { shape, values } : { shape, values: Float64Array.from(values, Math.trunc) };
}

function shapeOf(node: ImportedNode): KnownTensor {
  const [value] = node.inputs;
  if (value === undefined) throw new UnsupportedForm('has no input');
  return vector(isKnown(value) ? value.shape : [node.batch, ...value.shape]);
}

function constantOfShape(node: ImportedNode): KnownTensor {
  const shape = [...node.constant(0).values];
  const count = elementCount(shape);
  if (!(count <= MAX_ELEMENTS)) throw new UnsupportedForm(`makes ${count} elements`);
  return { shape, values: new Float64Array(count).fill(node.tensor('value')?.values[0] ?? 0) };
}

function gather(node: ImportedNode): KnownTensor {
  const data = node.constant(0);
  const indices = node.constant(1);
  if (data.shape.length !== 1) throw new UnsupportedForm('gathers from a matrix');
  const values = Float64Array.from(
    indices.values,
    (at) => data.values[at < 0 ? at + data.values.length : at],
  );
  return { shape: indices.shape, values };
}

function concat(node: ImportedNode): KnownTensor {
  const parts = node.inputs.map((_, index) => node.constant(index));
  if (parts.some(({ shape }) => shape.length !== 1)) throw new UnsupportedForm('joins constant matrices');
  return vector(parts.flatMap(({ values }) => [...values]));
}

function reshape({ shape: from, values }: KnownTensor, target: readonly number[]): KnownTensor {
  const copied = target.map((extent, axis) => (extent === 0 ? from[axis] : extent));
  const known = elementCount(copied.filter((extent) => extent !== -1));
  const shape = copied.map((extent) => (extent === -1 ? values.length / known : extent));
  if (elementCount(shape) !== values.length)
    throw new UnsupportedForm(`reshapes ${from.join('×')} to [${target.join(', ')}]`);
  return { shape, values };
}

function squeeze({ shape, values }: KnownTensor, axes: readonly number[] | undefined): KnownTensor {
  const drop = axes?.map((axis) => (axis < 0 ? axis + shape.length : axis));
  return { shape: shape.filter((extent, axis) => !(drop ? drop.includes(axis) : extent === 1)), values };
}

function unsqueeze({ shape, values }: KnownTensor, axes: readonly number[]): KnownTensor {
  const rank = shape.length + axes.length;
  const added = axes.map((axis) => (axis < 0 ? axis + rank : axis));
  const rest = [...shape];
  return {
    shape: Array.from({ length: rank }, (_, axis) => (added.includes(axis) ? 1 : (rest.shift() ?? 1))),
    values,
  };
}

function slice(node: ImportedNode): KnownTensor {
  const data = node.constant(0);
  const starts = node.intsOrInput('starts', 1) ?? [];
  const ends = node.intsOrInput('ends', 2) ?? [];
  const [axis] = node.intsOrInput('axes', 3) ?? [0];
  const [step] = node.intsOrInput('steps', 4) ?? [1];
  if (starts.length !== 1 || (axis !== 0 && axis !== -data.shape.length) || step === 0)
    throw new UnsupportedForm('slices a constant along inner axes');
  const [start, length] = sliceRange(starts[0], ends[0], step, data.shape[0]);
  const row = elementCount(data.shape.slice(1));
  const values = new Float64Array(length * row);
  for (let at = 0; at < length; at++) {
    const from = (start + at * step) * row;
    values.set(data.values.subarray(from, from + row), at * row);
  }
  return { shape: [length, ...data.shape.slice(1)], values };
}

function transpose(node: ImportedNode): KnownTensor {
  const { shape, values } = node.constant(0);
  if (shape.length !== 2) throw new UnsupportedForm('transposes a constant that is no matrix');
  const [rows, columns] = shape;
  const swapped = (node.ints('perm') ?? [1, 0])[0] === 1;
  if (!swapped) return { shape, values };
  const result = values.slice();
  for (let r = 0; r < rows; r++)
    for (let c = 0; c < columns; c++) result[c * rows + r] = values[r * columns + c];
  return { shape: [columns, rows], values: result };
}
