import { attributes } from '../attributes.ts';
import { float32 } from '../numbers.ts';
import type { Operator } from '../operator.ts';
import { unary } from '../unary.ts';

/** x where x ≥ 0, else alpha·x. */
export const leakyRelu: Operator<{ readonly alpha: number }> = unary(
  'leaky-relu',
  attributes({ alpha: [float32, 0.01] }),
);
