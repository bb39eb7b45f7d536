import { gatherReference } from '../gather/reference.ts';
import type { ReferenceKernel } from '../node.ts';
import { planSlice } from './indices.ts';

export const kernel: ReferenceKernel<Parameters<typeof planSlice>[0]['attributes']> =
  gatherReference(planSlice);
