import { type BinaryAttributes, binary } from '../binary.ts';
import type { Operator } from '../operator.ts';

/** a + b, a ÷ b, max(a, b), min(a, b), a·b, aᵇ and a − b, element by element. */
export const arithmetic: readonly Operator<BinaryAttributes>[] = [
  binary('add'),
  binary('divide'),
  binary('maximum', 'none'),
  binary('minimum', 'none'),
  binary('multiply'),
  binary('power', 'transcendental'),
  binary('subtract'),
];
