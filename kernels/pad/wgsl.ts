import { gatherWgsl } from '../gather/wgsl.ts';
import type { WgslKernel } from '../wgsl.ts';
import { planPad } from './indices.ts';

export const kernel: WgslKernel<Parameters<typeof planPad>[0]['attributes']> = gatherWgsl(planPad);
