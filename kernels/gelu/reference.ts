import { erf } from '../elementwise/erf.ts';
import { unaryReference } from '../elementwise/reference.ts';
import type { ReferenceKernel } from '../node.ts';

export const kernel: ReferenceKernel<{ readonly approximate: 'none' | 'tanh' }> = unaryReference(
  (x, { approximate }) =>
    approximate === 'none'
      ? 0.5 * x * (1 + erf(x / Math.SQRT2))
      : 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3))),
);
