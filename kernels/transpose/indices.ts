import type { PlanGather } from '../gather/indices.ts';
import { elementCount } from '../node.ts';

export const planTranspose: PlanGather<{ readonly permutation: readonly number[] }> = ({
  inputs: [from],
  outputs: [shape],
  attributes: { permutation },
}) => {
  const strides = permutation.map((axis) => elementCount(from.slice(axis + 1)));
  const indices = Int32Array.from({ length: elementCount(shape) }, (_, to) => {
    let rest = to;
    let index = 0;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index += (rest % shape[axis]) * strides[axis];
      rest = Math.floor(rest / shape[axis]);
    }
    return index;
  });
  return { indices, fill: 0 };
};
