import { type PlanGather, stridedIndices } from '../gather/indices.ts';
import { elementCount } from '../node.ts';

export const planSlice: PlanGather<{
  readonly starts: readonly number[];
  readonly steps: readonly number[];
}> = ({ inputs: [from], outputs: [shape], attributes: { starts, steps } }) => {
  const strides = from.map((_, axis) => elementCount(from.slice(axis + 1)));
  const base = starts.reduce((sum, start, axis) => sum + start * strides[axis], 0);
  const apart = strides.map((stride, axis) => stride * steps[axis]);
  return { indices: stridedIndices(shape, apart, base), fill: 0 };
};
