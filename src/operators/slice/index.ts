import { formatShape } from '../../graph/shape.ts';
import { array, integer } from '../../options/structure.ts';
import { attributes } from '../attributes.ts';
import type { Operator } from '../operator.ts';
import { shapeError } from '../shape-error.ts';

export interface SliceAttributes {
  /** By axis, the batch not counted: the first element taken, how many, and the distance between two. */
  readonly starts: readonly number[];
  readonly lengths: readonly number[];
  readonly steps: readonly number[];
}

/** Part of a value: along each axis `length` elements from `start` on, `step` apart, which may be negative. */
export const slice: Operator<SliceAttributes> = {
  type: 'slice',
  inputs: [1, 1],
  rounding: 'none',
  attributes: attributes({
    starts: [array(integer(0, 2 ** 24))],
    lengths: [array(integer(1, 2 ** 24))],
    steps: [array(integer(-(2 ** 24), 2 ** 24))],
  }),
  infer({ inputs: [shape], attributes: { starts, lengths, steps } }) {
    const fits = shape.every((extent, axis) => {
      const last = starts[axis] + (lengths[axis] - 1) * steps[axis];
      return starts[axis] < extent && last >= 0 && last < extent;
    });
    if (!fits || [starts, lengths, steps].some(({ length }) => length !== shape.length)) {
      throw shapeError(
        `starts [${starts.join(', ')}], lengths [${lengths.join(', ')}], steps [${steps.join(', ')}] ` +
          `do not lie within ${formatShape(shape)}`,
      );
    }
    return [lengths];
  },
};
