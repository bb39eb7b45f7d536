import { binaryReference } from '../elementwise/reference.ts';
import type { ReferenceKernel } from '../node.ts';
import type { Operation } from './operations.ts';

export const kernels: Readonly<Record<Operation, ReferenceKernel<{ readonly constantFirst: boolean }>>> = {
  add: binaryReference((a, b) => a + b),
  divide: binaryReference((a, b) => a / b),
  maximum: binaryReference(Math.max),
  minimum: binaryReference(Math.min),
  multiply: binaryReference((a, b) => a * b),
  power: binaryReference((a, b) => a ** b),
  subtract: binaryReference((a, b) => a - b),
};
