import { unaryGpuJs } from '../elementwise/gpujs.ts';
import type { GpuJsKernel } from '../gpujs.ts';
import { hardSigmoidKernel } from './gpu.ts';

export const kernel: GpuJsKernel<{ readonly alpha: number; readonly beta: number }> = unaryGpuJs(
  hardSigmoidKernel,
  ({ alpha, beta }) => ({ alpha, beta }),
);
