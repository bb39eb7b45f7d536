import { unaryGpuJs } from '../elementwise/gpujs.ts';
import type { GpuJsKernel } from '../gpujs.ts';
import { clipKernel } from './gpu.ts';

export const kernel: GpuJsKernel<{ readonly min: number; readonly max: number }> = unaryGpuJs(
  clipKernel,
  ({ min, max }) => ({ low: min, high: max }),
);
