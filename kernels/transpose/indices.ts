import { type PlanGather, stridedIndices } from '../gather/indices.ts';
import { elementCount } from '../node.ts';

export const planTranspose: PlanGather<{ readonly permutation: readonly number[] }> = ({
  inputs: [from],
  outputs: [shape],
  attributes: { permutation },
}) => {
  const strides = permutation.map((axis) => elementCount(from.slice(axis + 1)));
  return { indices: stridedIndices(shape, strides), fill: 0 };
};
