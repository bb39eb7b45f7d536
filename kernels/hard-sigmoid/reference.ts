import { unaryReference } from '../elementwise/reference.ts';
import type { ReferenceKernel } from '../node.ts';

export const kernel: ReferenceKernel<{ readonly alpha: number; readonly beta: number }> = unaryReference(
  (x, { alpha, beta }) => Math.min(Math.max(alpha * x + beta, 0), 1),
);
