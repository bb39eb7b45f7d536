import { gatherReference } from '../gather/reference.ts';
import type { ReferenceKernel } from '../node.ts';
import { planTranspose } from './indices.ts';

export const kernel: ReferenceKernel<Parameters<typeof planTranspose>[0]['attributes']> =
  gatherReference(planTranspose);
