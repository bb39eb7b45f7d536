import { unaryReference } from '../elementwise/reference.ts';
import type { ReferenceKernel } from '../node.ts';

/** Where `min` is above `max`, ONNX gives `max`. */
export const kernel: ReferenceKernel<{ readonly min: number; readonly max: number }> = unaryReference(
  (x, { min, max }) => Math.min(Math.max(x, min), max),
);
