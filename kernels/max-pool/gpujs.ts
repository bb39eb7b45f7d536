import type { GpuJsKernel } from '../gpujs.ts';
import { poolGpuJs } from '../pool/gpujs.ts';
import type { PoolWindow } from '../window.ts';

export const kernel: GpuJsKernel<PoolWindow> = poolGpuJs();
