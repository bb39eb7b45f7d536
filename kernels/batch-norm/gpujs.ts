import type { GpuJsKernel } from '../gpujs.ts';
import { perChannelGpuJs } from '../per-channel/gpujs.ts';
import { batchNormKernel } from './gpu.ts';

export const kernel: GpuJsKernel<object> = perChannelGpuJs(batchNormKernel, ['scale', 'offset']);
