import { gatherGpuJs } from '../gather/gpujs.ts';
import type { GpuJsKernel } from '../gpujs.ts';
import { planSlice } from './indices.ts';

export const kernel: GpuJsKernel<Parameters<typeof planSlice>[0]['attributes']> = gatherGpuJs(planSlice);
