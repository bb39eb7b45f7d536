import { broadcast, formatShape } from '../../graph/shape.ts';
import { attributes } from '../attributes.ts';
import type { Operator } from '../operator.ts';
import { shapeError } from '../shape-error.ts';

/**
 * Products of matrices, the last two axes of its inputs; axes before them broadcast. With one input and the constant `weight` of
 * N × K it multiplies every vector of K along the last axis, as a linear layer does: … × K becomes … × N.
 */
export const matmul: Operator = {
  type: 'matmul',
  inputs: [1, 2],
  constants: { weight: 'optional' },
  attributes: attributes({}),
  infer({ inputs, constants: { weight } }) {
    const [a, b] = inputs;
    const inner = a[a.length - 1];
    if ((inputs.length === 1) !== (weight !== undefined)) {
      throw shapeError(`takes two values, or one and the constant 'weight'`);
    }
    if (weight !== undefined) {
      if (a.length > 0 && weight.shape.length === 2 && weight.shape[1] === inner) {
        return [[...a.slice(0, -1), weight.shape[0]]];
      }
      throw shapeError(
        `'weight' has shape ${formatShape(weight.shape)}, expected … × ${inner} for ${formatShape(a)}`,
      );
    }
    const leading = broadcast(a.slice(0, -2), b.slice(0, -2));
    // A batch is the outermost axis of both values, so values of unlike rank would align it with another axis of the other.
    if (a.length !== b.length || a.length < 2 || b[b.length - 2] !== inner || leading === undefined) {
      throw shapeError(`matrices of ${formatShape(a)} and ${formatShape(b)} cannot be multiplied`);
    }
    return [[...leading, a[a.length - 2], b[b.length - 1]]];
  },
};
