import { integer } from '../../options/structure.ts';
import { attributes } from '../attributes.ts';
import type { Operator } from '../operator.ts';
import { shapeError } from '../shape-error.ts';
import {
  requireFeatureMap,
  WINDOW_FIELDS,
  type WindowAttributes,
  wholeNumbers,
  windowOutput,
} from '../window.ts';

/**
 * The middle of a convolution on coefficients (src/graph/passes/transform-convolutions.ts): from transformed channels X, in
 * runs of 8, to 8·⌈O/8⌉ that are yet to be transformed back, Z[f, p] = Σ C[f, t·K + k]·Q·X[k, p·stride + t·dilation − pad] over
 * the K channels k and the taps t. No file has it: graphs get it when they are made ready.
 */
export const coefficientConv2d: Operator<
  WindowAttributes & { readonly kernel: readonly number[]; readonly outputs: number }
> = {
  type: 'coefficient-conv2d',
  inputs: [1, 1],
  attributes: attributes({
    ...WINDOW_FIELDS,
    kernel: [wholeNumbers(2, 1)],
    outputs: [integer(1, 2 ** 16)],
  }),
  infer({ inputs: [shape], attributes }) {
    requireFeatureMap(shape);
    if (shape[0] % 8 !== 0) throw shapeError(`takes ${shape[0]} channels, expected whole runs of 8`);
    return [[attributes.outputs, ...windowOutput(shape, attributes.kernel, attributes)]];
  },
};
