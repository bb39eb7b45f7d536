import { flag } from '../../options/structure.ts';
import { attributes } from '../attributes.ts';
import type { Operator } from '../operator.ts';
import {
  POOL_FIELDS,
  type PoolAttributes,
  requireElements,
  requireFeatureMap,
  windowOutput,
} from '../window.ts';

/** The mean of each window, as in ONNX; padding counts as zeros if `countIncludePad`, else not at all. */
export const averagePool: Operator<PoolAttributes & { readonly countIncludePad: boolean }> = {
  type: 'average-pool',
  inputs: [1, 1],
  attributes: attributes({ ...POOL_FIELDS, countIncludePad: [flag, false] }),
  infer({ inputs: [shape], attributes }) {
    requireFeatureMap(shape);
    requireElements(attributes);
    return [[shape[0], ...windowOutput(shape, attributes.kernel, attributes, attributes.ceilMode)]];
  },
};
