import { attributes } from '../attributes.ts';
import type { Operator } from '../operator.ts';
import { requireFeatureMap } from '../window.ts';

/** The maximum of each channel: channels × 1 × 1. */
export const globalMaxPool: Operator = {
  type: 'global-max-pool',
  inputs: [1, 1],
  rounding: 'none',
  attributes: attributes({}),
  infer({ inputs: [shape] }) {
    requireFeatureMap(shape);
    return [[shape[0], 1, 1]];
  },
};
