import { gatherWgsl } from '../gather/wgsl.ts';
import type { WgslKernel } from '../wgsl.ts';
import { planDepthToSpace } from './indices.ts';

export const kernel: WgslKernel<Parameters<typeof planDepthToSpace>[0]['attributes']> =
  gatherWgsl(planDepthToSpace);
