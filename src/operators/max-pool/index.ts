import { attributes } from '../attributes.ts';
import type { Operator } from '../operator.ts';
import {
  POOL_FIELDS,
  type PoolAttributes,
  requireElements,
  requireFeatureMap,
  windowOutput,
} from '../window.ts';

/** The maximum of each window, as in ONNX; padding never is the maximum. */
export const maxPool: Operator<PoolAttributes> = {
  type: 'max-pool',
  inputs: [1, 1],
  rounding: 'none',
  attributes: attributes(POOL_FIELDS),
  infer({ inputs: [shape], attributes }) {
    requireFeatureMap(shape);
    requireElements(attributes);
    return [[shape[0], ...windowOutput(shape, attributes.kernel, attributes, attributes.ceilMode)]];
  },
};
