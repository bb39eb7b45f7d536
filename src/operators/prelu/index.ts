import { elementCount } from '../../graph/shape.ts';
import { attributes } from '../attributes.ts';
import type { Operator } from '../operator.ts';
import { requirePerChannel } from '../per-channel.ts';

/** x where x ≥ 0, else slope·x; the constant `slope` has one number, or one per channel. */
export const prelu: Operator = {
  type: 'prelu',
  inputs: [1, 1],
  constants: { slope: 'required' },
  attributes: attributes({}),
  infer({ inputs: [shape], constants: { slope } }) {
    if (slope === undefined || elementCount(slope.shape) !== 1) requirePerChannel('slope', slope, shape);
    return [shape];
  },
};
