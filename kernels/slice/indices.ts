import type { PlanGather } from '../gather/indices.ts';
import { elementCount } from '../node.ts';

export const planSlice: PlanGather<{
  readonly starts: readonly number[];
  readonly steps: readonly number[];
}> = ({ inputs: [from], outputs: [shape], attributes: { starts, steps } }) => {
  const strides = from.map((_, axis) => elementCount(from.slice(axis + 1)));
  const indices = Int32Array.from({ length: elementCount(shape) }, (_, to) => {
    let rest = to;
    let index = 0;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index += (starts[axis] + (rest % shape[axis]) * steps[axis]) * strides[axis];
      rest = Math.floor(rest / shape[axis]);
    }
    return index;
  });
  return { indices, fill: 0 };
};
