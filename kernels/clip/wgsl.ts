import { unaryWgsl } from '../elementwise/wgsl.ts';
import type { WgslKernel } from '../wgsl.ts';

export const kernel: WgslKernel<{ readonly min: number; readonly max: number }> = unaryWgsl(
  'clip',
  `let low = select(x, V(parameters.p0), x < V(parameters.p0));
  return select(low, V(parameters.p1), low > V(parameters.p1));`,
  ({ min, max }) => [min, max],
);
