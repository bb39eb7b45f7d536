import { unaryGpuJs } from '../elementwise/gpujs.ts';
import type { GpuJsKernel } from '../gpujs.ts';
import { hardSwishKernel } from './gpu.ts';

export const kernel: GpuJsKernel<object> = unaryGpuJs(hardSwishKernel);
