import { unaryGpuJs } from '../elementwise/gpujs.ts';
import type { GpuJsKernel } from '../gpujs.ts';
import { tanhKernel } from './gpu.ts';

export const kernel: GpuJsKernel<object> = unaryGpuJs(tanhKernel);
