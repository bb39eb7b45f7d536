import { elementCount, formatShape } from '../../graph/shape.ts';
import { integer } from '../../options/structure.ts';
import { attributes } from '../attributes.ts';
import type { Operator } from '../operator.ts';
import { shapeError } from '../shape-error.ts';

const size = integer(1, 2 ** 24);

/**
 * y = W·x + b, x all elements of a value in row-major order, W of shape outFeatures × inFeatures, a tensor or a JPEG. A pass gathers linear nodes
 * that follow one another, with the ReLU between them, into chains, which the backends' own executors multiply.
 */
export const linear: Operator<{ readonly inFeatures: number; readonly outFeatures: number }> = {
  type: 'linear',
  inputs: [1, 1],
  attributes: attributes({ inFeatures: [size], outFeatures: [size] }),
  infer({ inputs: [shape], attributes: { inFeatures, outFeatures } }) {
    if (elementCount(shape) !== inFeatures) {
      throw shapeError(`takes ${inFeatures} values, got ${formatShape(shape)}`);
    }
    return [[outFeatures]];
  },
};
