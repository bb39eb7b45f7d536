import type { GpuJsKernel } from '../gpujs.ts';
import { gatherKernel } from './gpu.ts';
import { gatherIndices, type PlanGather } from './indices.ts';
import { gatherKernels } from './operators.ts';

function gatherGpuJs<A>(plan: PlanGather<A>): GpuJsKernel<A> {
  return (node) => {
    const { places, fill } = plan(node);
    const indices = gatherIndices(places);
    const constants = { indices: Float32Array.from(indices), fill };
    return [{ kernel: gatherKernel, width: indices.length, constants, reads: [0] }];
  };
}

export const kernels: Readonly<Record<string, GpuJsKernel<never>>> = gatherKernels(gatherGpuJs);
