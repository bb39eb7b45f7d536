import { attributes } from '../attributes.ts';
import { float32 } from '../numbers.ts';
import type { Operator } from '../operator.ts';
import { unary } from '../unary.ts';

/** x, but at least `min` and at most `max`. ReLU6 is `{ min: 0, max: 6 }`. */
export const clip: Operator<{ readonly min: number; readonly max: number }> = unary(
  'clip',
  attributes({ min: [float32, -3.4028234663852886e38], max: [float32, 3.4028234663852886e38] }),
  'none',
);
