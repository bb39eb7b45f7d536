import { unaryReference } from '../elementwise/reference.ts';
import type { ReferenceKernel } from '../node.ts';

export const kernel: ReferenceKernel<{ readonly alpha: number }> = unaryReference((x, { alpha }) =>
  x < 0 ? alpha * x : x,
);
