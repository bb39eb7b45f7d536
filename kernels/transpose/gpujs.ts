import { gatherGpuJs } from '../gather/gpujs.ts';
import type { GpuJsKernel } from '../gpujs.ts';
import { planTranspose } from './indices.ts';

export const kernel: GpuJsKernel<Parameters<typeof planTranspose>[0]['attributes']> =
  gatherGpuJs(planTranspose);
