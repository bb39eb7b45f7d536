import { gatherWgsl } from '../gather/wgsl.ts';
import type { WgslKernel } from '../wgsl.ts';
import { planTranspose } from './indices.ts';

export const kernel: WgslKernel<Parameters<typeof planTranspose>[0]['attributes']> =
  gatherWgsl(planTranspose);
