import { unaryWgsl } from '../elementwise/wgsl.ts';
import type { WgslKernel } from '../wgsl.ts';

export const kernel: WgslKernel<{ readonly alpha: number }> = unaryWgsl(
  'leaky-relu',
  `return select(x, parameters.p0 * x, x < V(0));`,
  ({ alpha }) => [alpha],
);
