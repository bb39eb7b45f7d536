import { unaryGpuJs } from '../elementwise/gpujs.ts';
import type { GpuJsKernel } from '../gpujs.ts';
import { sigmoidKernel } from './gpu.ts';

export const kernel: GpuJsKernel<object> = unaryGpuJs(sigmoidKernel);
