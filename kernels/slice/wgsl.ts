import { gatherWgsl } from '../gather/wgsl.ts';
import type { WgslKernel } from '../wgsl.ts';
import { planSlice } from './indices.ts';

export const kernel: WgslKernel<Parameters<typeof planSlice>[0]['attributes']> = gatherWgsl(planSlice);
