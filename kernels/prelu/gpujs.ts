import type { GpuJsKernel } from '../gpujs.ts';
import { perChannelGpuJs } from '../per-channel/gpujs.ts';
import { preluKernel } from './gpu.ts';

export const kernel: GpuJsKernel<object> = perChannelGpuJs(preluKernel, ['slope']);
