import { gatherGpuJs } from '../gather/gpujs.ts';
import type { GpuJsKernel } from '../gpujs.ts';
import { planPad } from './indices.ts';

export const kernel: GpuJsKernel<Parameters<typeof planPad>[0]['attributes']> = gatherGpuJs(planPad);
