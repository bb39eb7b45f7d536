import { unaryReference } from '../elementwise/reference.ts';
import type { ReferenceKernel } from '../node.ts';

export const kernel: ReferenceKernel<object> = unaryReference(
  (x) => x * Math.min(Math.max(x / 6 + 0.5, 0), 1),
);
