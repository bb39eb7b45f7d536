import { unaryWgsl } from '../elementwise/wgsl.ts';
import type { WgslKernel } from '../wgsl.ts';

export const kernel: WgslKernel<{ readonly alpha: number; readonly beta: number }> = unaryWgsl(
  'hard-sigmoid',
  `return clamp(parameters.p0 * x + parameters.p1, V(0), V(1));`,
  ({ alpha, beta }) => [alpha, beta],
);
