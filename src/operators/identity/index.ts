import { attributes } from '../attributes.ts';
import type { Operator } from '../operator.ts';

/** The value as it is; dropout at inference. */
export const identity: Operator = {
  type: 'identity',
  inputs: [1, 1],
  attributes: attributes({}),
  infer: ({ inputs: [shape] }) => [shape],
  isView: true,
};
