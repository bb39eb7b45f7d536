import { formatShape } from '../../graph/shape.ts';
import { array, integer } from '../../options/structure.ts';
import { attributes } from '../attributes.ts';
import type { Operator } from '../operator.ts';
import { shapeError } from '../shape-error.ts';

/** A value repeated as a whole, `repeats` times along each axis. */
export const tile: Operator<{ readonly repeats: readonly number[] }> = {
  type: 'tile',
  inputs: [1, 1],
  rounding: 'none',
  attributes: attributes({ repeats: [array(integer(1, 2 ** 24))] }),
  infer({ inputs: [shape], attributes: { repeats } }) {
    if (repeats.length !== shape.length) {
      throw shapeError(
        `repeats [${repeats.join(', ')}] do not have one number per axis of ${formatShape(shape)}`,
      );
    }
    return [shape.map((extent, axis) => extent * repeats[axis])];
  },
};
