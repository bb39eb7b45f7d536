import { axisIndex, elementCount } from '../node.ts';
import type { PlanGather } from './indices.ts';

/** The operator `gather`: some elements along an axis. */
export const planElements: PlanGather<{ readonly axis: number; readonly indices: readonly number[] }> = ({
  inputs: [from],
  outputs: [shape],
  attributes: { axis, indices: chosen },
}) => {
  const along = axisIndex(axis, from);
  const inner = elementCount(from.slice(along + 1));
  const indices = Int32Array.from({ length: elementCount(shape) }, (_, element) => {
    const line = Math.floor(element / inner);
    const outer = Math.floor(line / chosen.length);
    return (outer * from[along] + chosen[line % chosen.length]) * inner + (element % inner);
  });
  return { indices, fill: 0 };
};
