import { formatShape } from '../../graph/shape.ts';
import { array, integer } from '../../options/structure.ts';
import { attributes } from '../attributes.ts';
import type { Operator } from '../operator.ts';
import { shapeError } from '../shape-error.ts';

/** Axes in another order: axis k of the output is axis `permutation[k]` of the input; the batch stays first. */
export const transpose: Operator<{ readonly permutation: readonly number[] }> = {
  type: 'transpose',
  inputs: [1, 1],
  rounding: 'none',
  attributes: attributes({ permutation: [array(integer(0, 15))] }),
  infer({ inputs: [shape], attributes: { permutation } }) {
    if (permutation.toSorted((a, b) => a - b).join() !== shape.map((_, axis) => axis).join()) {
      throw shapeError(`[${permutation.join(', ')}] is no order of the axes of ${formatShape(shape)}`);
    }
    return [permutation.map((axis) => shape[axis])];
  },
};
