import type { PlanGather } from '../gather/indices.ts';
import { elementCount } from '../node.ts';

export const planTile: PlanGather<object> = ({ inputs: [from], outputs: [shape] }) => {
  const indices = Int32Array.from({ length: elementCount(shape) }, (_, element) => {
    let rest = element;
    let index = 0;
    let stride = 1;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index += ((rest % shape[axis]) % from[axis]) * stride;
      rest = Math.floor(rest / shape[axis]);
      stride *= from[axis];
    }
    return index;
  });
  return { indices, fill: 0 };
};
