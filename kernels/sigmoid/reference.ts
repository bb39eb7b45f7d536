import { unaryReference } from '../elementwise/reference.ts';
import type { ReferenceKernel } from '../node.ts';

export const kernel: ReferenceKernel<object> = unaryReference((x) => 1 / (1 + Math.exp(-x)));
