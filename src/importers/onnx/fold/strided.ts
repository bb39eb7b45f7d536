import { broadcast, elementCount, type Shape } from '../../../graph/shape.ts';
import { type ImportedNode, UnsupportedForm } from '../node.ts';
import { allocate, type KnownTensor } from '../tensors.ts';

/** Elements between neighbours along each axis, row-major. */
export function stridesOf(shape: Shape): number[] {
  const strides = new Array<number>(shape.length).fill(1);
  for (let axis = shape.length - 2; axis >= 0; axis--) strides[axis] = strides[axis + 1] * shape[axis + 1];
  return strides;
}

/** A tensor of `shape` whose element [i, j, …] is number offset + i·strides[0] + j·strides[1] + … of another. */
export function takeStrided(
  node: ImportedNode,
  { values, type }: KnownTensor,
  shape: Shape,
  strides: readonly number[],
  offset = 0,
): KnownTensor {
  const count = elementCount(shape);
  node.reserve(count);
  const result = allocate(type, count);
  const index = new Array<number>(shape.length).fill(0);
  let from = offset;
  for (let at = 0; at < count; at++) {
    result[at] = values[from];
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      from += strides[axis];
      index[axis]++;
      if (index[axis] < shape[axis]) break;
      from -= index[axis] * strides[axis];
      index[axis] = 0;
    }
  }
  return { shape, values: result, type };
}

/** The tensor repeated along axes of 1 element, aligned at the last axes. */
export function broadcastTo(node: ImportedNode, tensor: KnownTensor, shape: Shape): KnownTensor {
  if (tensor.shape.join() === shape.join()) return tensor;
  const own = stridesOf(tensor.shape);
  const added = shape.length - tensor.shape.length;
  const strides = shape.map((_, axis) => (tensor.shape[axis - added] > 1 ? own[axis - added] : 0));
  return takeStrided(node, tensor, shape, strides);
}

/** The shape that all tensors broadcast to. */
export function commonShape(tensors: readonly KnownTensor[]): Shape {
  return tensors.reduce<Shape>((shape, tensor) => {
    const common = broadcast(shape, tensor.shape);
    if (common === undefined)
      throw new UnsupportedForm(`combines constants of ${shape.join('×')} and ${tensor.shape.join('×')}`);
    return common;
  }, []);
}

/** An axis that may be counted from the end. */
export function countedAxis(axis: number, rank: number): number {
  const counted = axis < 0 ? axis + rank : axis;
  if (counted >= 0 && counted < rank) return counted;
  throw new UnsupportedForm(`works on axis ${axis} of a tensor that has ${rank}`);
}
