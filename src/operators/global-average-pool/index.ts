import { attributes } from '../attributes.ts';
import type { Operator } from '../operator.ts';
import { requireFeatureMap } from '../window.ts';

/** The mean of each channel: channels × 1 × 1. */
export const globalAveragePool: Operator = {
  type: 'global-average-pool',
  inputs: [1, 1],
  attributes: attributes({}),
  infer({ inputs: [shape] }) {
    requireFeatureMap(shape);
    return [[shape[0], 1, 1]];
  },
};
