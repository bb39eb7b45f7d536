import type { Operator } from '../operator.ts';
import { shapeError } from '../shape-error.ts';
import { type TransformedAttributes, transformedConv2d } from '../transformed-conv2d/index.ts';
import { requireFeatureMap } from '../window.ts';

/**
 * The middle of a convolution on coefficients (src/graph/passes/transform-convolutions.ts): from transformed channels X, in
 * runs of 8, to 8·⌈O/8⌉ that are yet to be transformed back, Z[f, p] = Σ C[f, t·K + k]·Q·X[k, p·stride + t·dilation − pad] over
 * the K channels k and the taps t. No file has it: graphs get it when they are made ready.
 */
export const coefficientConv2d: Operator<TransformedAttributes> = {
  ...transformedConv2d,
  type: 'coefficient-conv2d',
  infer(node) {
    const [shape] = node.inputs;
    requireFeatureMap(shape);
    if (shape[0] % 8 !== 0) throw shapeError(`takes ${shape[0]} channels, expected whole runs of 8`);
    return transformedConv2d.infer(node);
  },
};
