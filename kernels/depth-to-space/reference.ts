import { gatherReference } from '../gather/reference.ts';
import type { ReferenceKernel } from '../node.ts';
import { planDepthToSpace } from './indices.ts';

export const kernel: ReferenceKernel<Parameters<typeof planDepthToSpace>[0]['attributes']> =
  gatherReference(planDepthToSpace);
