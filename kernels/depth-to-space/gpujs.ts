import { gatherGpuJs } from '../gather/gpujs.ts';
import type { GpuJsKernel } from '../gpujs.ts';
import { planDepthToSpace } from './indices.ts';

export const kernel: GpuJsKernel<Parameters<typeof planDepthToSpace>[0]['attributes']> =
  gatherGpuJs(planDepthToSpace);
