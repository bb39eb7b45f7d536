import { unaryWgsl } from '../elementwise/wgsl.ts';
import type { WgslKernel } from '../wgsl.ts';

export const kernel: WgslKernel<object> = unaryWgsl(
  'hard-swish',
  'return x * clamp(x / 6 + 0.5, V(0), V(1));',
  () => [],
);
