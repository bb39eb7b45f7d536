import { array, integer } from '../../options/structure.ts';
import { attributes } from '../attributes.ts';
import { axisAttribute, resolveAxis } from '../axis.ts';
import type { Operator } from '../operator.ts';
import { shapeError } from '../shape-error.ts';

export interface GatherAttributes {
  readonly axis: number;
  /** Places along the axis, from 0 on, in any order; one may occur several times. */
  readonly indices: readonly number[];
}

/** Some elements along an axis. */
export const gather: Operator<GatherAttributes> = {
  type: 'gather',
  inputs: [1, 1],
  rounding: 'none',
  attributes: attributes({ axis: [axisAttribute, 0], indices: [array(integer(0, 2 ** 24), 1)] }),
  infer({ inputs: [shape], attributes: { axis, indices } }) {
    const along = resolveAxis(axis, shape);
    const beyond = indices.find((index) => index >= shape[along]);
    if (beyond !== undefined) {
      throw shapeError(
        `index ${beyond} does not exist along axis ${axis}, which has ${shape[along]} elements`,
      );
    }
    return [shape.with(along, indices.length)];
  },
};
