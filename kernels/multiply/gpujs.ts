import { binaryGpuJs } from '../elementwise/gpujs.ts';
import type { GpuJsKernel } from '../gpujs.ts';
import { constantFirst, constantSecond, values } from './gpu.ts';

export const kernel: GpuJsKernel<{ readonly constantFirst: boolean }> = binaryGpuJs({
  values,
  constantSecond,
  constantFirst,
});
