import { perChannelWgsl } from '../per-channel/wgsl.ts';
import type { WgslKernel } from '../wgsl.ts';

export const kernel: WgslKernel<object> = perChannelWgsl(
  'batch norm',
  ['scale', 'offset'],
  'scale * x + offset',
);
