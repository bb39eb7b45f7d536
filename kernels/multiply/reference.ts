import { binaryReference } from '../elementwise/reference.ts';
import type { ReferenceKernel } from '../node.ts';

export const kernel: ReferenceKernel<{ readonly constantFirst: boolean }> = binaryReference((a, b) => a * b);
