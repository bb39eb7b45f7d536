import { attributes } from '../attributes.ts';
import type { Operator } from '../operator.ts';
import { requirePerChannel } from '../per-channel.ts';

/**
 * Batch normalisation at inference, folded to two numbers per channel: y = scale·x + offset, with
 * scale = γ ÷ √(variance + ε) and offset = β − mean·scale. A pass folds it into the weights before it where it can.
 */
export const batchNorm: Operator = {
  type: 'batch-norm',
  inputs: [1, 1],
  constants: { scale: 'required', offset: 'required' },
  attributes: attributes({}),
  infer({ inputs: [shape], constants: { scale, offset } }) {
    requirePerChannel('scale', scale, shape);
    requirePerChannel('offset', offset, shape);
    return [shape];
  },
};
