import { attributes } from '../attributes.ts';
import { float32 } from '../numbers.ts';
import type { Operator } from '../operator.ts';
import { unary } from '../unary.ts';

/** alpha·x + beta, but at least 0 and at most 1. PyTorch's is `{ alpha: 1/6, beta: 0.5 }`. */
export const hardSigmoid: Operator<{ readonly alpha: number; readonly beta: number }> = unary(
  'hard-sigmoid',
  attributes({ alpha: [float32, 0.2], beta: [float32, 0.5] }),
);
