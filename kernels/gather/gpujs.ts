import type { GpuJsKernel } from '../gpujs.ts';
import { gatherKernel } from './gpu.ts';
import type { PlanGather } from './indices.ts';

export function gatherGpuJs<A>(plan: PlanGather<A>): GpuJsKernel<A> {
  return (node) => {
    const { indices, fill } = plan(node);
    const constants = { indices: Float32Array.from(indices), fill };
    return [{ kernel: gatherKernel, width: indices.length, constants, reads: [0] }];
  };
}
