import { integer } from '../../options/structure.ts';
import { attributes } from '../attributes.ts';
import type { Operator } from '../operator.ts';
import {
  requireFeatureMap,
  WINDOW_FIELDS,
  type WindowAttributes,
  wholeNumbers,
  windowOutput,
} from '../window.ts';

/** The window, and the channels that it gives. */
export type TransformedAttributes = WindowAttributes & {
  readonly kernel: readonly number[];
  readonly outputs: number;
};

/**
 * A convolution that is multiplied on its coefficients, in one node: the three of src/graph/passes/transform-convolutions.ts
 * for backends whose kernel does them together. Constants: `scale`, one or one per output; `bias`. No file has it.
 */
export const transformedConv2d: Operator<TransformedAttributes> = {
  type: 'transformed-conv2d',
  inputs: [1, 1],
  attributes: attributes({
    ...WINDOW_FIELDS,
    kernel: [wholeNumbers(2, 1)],
    outputs: [integer(1, 2 ** 16)],
  }),
  infer({ inputs: [shape], attributes }) {
    requireFeatureMap(shape);
    return [[attributes.outputs, ...windowOutput(shape, attributes.kernel, attributes)]];
  },
};
