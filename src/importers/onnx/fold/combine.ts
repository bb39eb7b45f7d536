import { broadcast, elementCount, type Shape } from '../../../graph/shape.ts';
import { type ImportedNode, UnsupportedForm } from '../node.ts';
import { allocate, type KnownTensor } from '../tensors.ts';
import { countedAxis } from './strided.ts';

/** Operators whose elements are made of several: what weights that are stored as coefficients take. */

/** Products of matrices of at least two axes; axes before them broadcast. */
export function matMul(node: ImportedNode): KnownTensor {
  const [a, b] = [node.constant(0), node.constant(1)];
  const [rows, inner] = a.shape.slice(-2);
  const [depth, columns] = b.shape.slice(-2);
  const leading = broadcast(a.shape.slice(0, -2), b.shape.slice(0, -2));
  if (columns === undefined || inner !== depth || leading === undefined)
    throw new UnsupportedForm(`multiplies constants of ${a.shape.join('×')} and ${b.shape.join('×')}`);
  const shape = [...leading, rows, columns];
  node.reserve(elementCount(shape));
  const values = allocate(a.type, elementCount(shape));
  const [first, second] = [a, b].map((tensor) => matricesOf(tensor, leading));
  for (let at = 0; at < values.length; at++) {
    const matrix = Math.floor(at / (rows * columns));
    const row = first[matrix] + (Math.floor(at / columns) % rows) * inner;
    const column = second[matrix] + (at % columns);
    let sum = 0;
    for (let k = 0; k < inner; k++) sum += a.values[row + k] * b.values[column + k * columns];
    values[at] = sum;
  }
  return { shape, values, type: a.type };
}

/** Where each of the matrices begins that the axes before the last two broadcast to. */
function matricesOf({ shape }: KnownTensor, leading: Shape): Float64Array {
  const size = elementCount(shape.slice(-2));
  const own = [...leading.map(() => 1), ...shape.slice(0, -2)].slice(-leading.length);
  return Float64Array.from({ length: elementCount(leading) }, (_, at) => {
    let [place, stride, rest] = [0, size, at];
    for (let axis = leading.length - 1; axis >= 0; axis--) {
      place += ((rest % leading[axis]) % own[axis]) * stride;
      rest = Math.floor(rest / leading[axis]);
      stride *= own[axis];
    }
    return place;
  });
}

/** Sums of the elements up to each along an axis; with `exclusive` without it, with `reverse` from the end. */
export function cumSum(node: ImportedNode): KnownTensor {
  const { shape, values, type } = node.constant(0);
  const axis = countedAxis(node.constant(1).values[0], shape.length);
  const [isExclusive, isReverse] = ['exclusive', 'reverse'].map((name) => node.int(name, 0) !== 0);
  const inner = elementCount(shape.slice(axis + 1));
  const extent = shape[axis];
  node.reserve(values.length);
  const sums = allocate(type, values.length);
  for (let line = 0; line < values.length / extent; line++) {
    const start = Math.floor(line / inner) * inner * extent + (line % inner);
    let sum = 0;
    for (let place = 0; place < extent; place++) {
      const at = start + (isReverse ? extent - 1 - place : place) * inner;
      sums[at] = isExclusive ? sum : sum + values[at];
      sum += values[at];
    }
  }
  return { shape, values: sums, type };
}

/** Elements along an axis replaced where indices say. */
export function scatterElements(node: ImportedNode): KnownTensor {
  const [data, indices, updates] = [0, 1, 2].map((index) => node.constant(index));
  const { shape, type } = data;
  if (node.text('reduction', 'none') !== 'none')
    throw new UnsupportedForm('combines what it scatters (reduction)');
  const axis = countedAxis(node.int('axis', 0), shape.length);
  if (updates.values.length !== indices.values.length || indices.shape.length !== shape.length)
    throw new UnsupportedForm(`scatters ${updates.shape.join('×')} to ${indices.shape.join('×')} places`);
  node.reserve(data.values.length);
  const values = data.values.slice();
  indices.values.forEach((index, at) => {
    let [place, rest] = [0, at];
    let stride = 1;
    for (let k = shape.length - 1; k >= 0; k--) {
      const own = rest % indices.shape[k];
      rest = Math.floor(rest / indices.shape[k]);
      const wanted = k === axis ? (index < 0 ? index + shape[k] : index) : own;
      if (!(wanted >= 0 && wanted < shape[k]))
        throw new UnsupportedForm(`scatters to place ${index} of ${shape[k]} elements`);
      place += wanted * stride;
      stride *= shape[k];
    }
    values[place] = updates.values[at];
  });
  return { shape, values, type };
}
