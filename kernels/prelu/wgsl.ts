import { perChannelWgsl } from '../per-channel/wgsl.ts';
import type { WgslKernel } from '../wgsl.ts';

export const kernel: WgslKernel<object> = perChannelWgsl(
  'prelu',
  ['slope'],
  'select(x, slope * x, x < V(0))',
);
