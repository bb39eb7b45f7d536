import { gatherReference } from '../gather/reference.ts';
import type { ReferenceKernel } from '../node.ts';
import { planPad } from './indices.ts';

export const kernel: ReferenceKernel<Parameters<typeof planPad>[0]['attributes']> = gatherReference(planPad);
