import { unaryGpuJs } from '../elementwise/gpujs.ts';
import type { GpuJsKernel } from '../gpujs.ts';
import { leakyReluKernel } from './gpu.ts';

export const kernel: GpuJsKernel<{ readonly alpha: number }> = unaryGpuJs(leakyReluKernel, ({ alpha }) => ({
  alpha,
}));
