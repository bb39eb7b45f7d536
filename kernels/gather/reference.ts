import { elementCount, type ReferenceKernel } from '../node.ts';
import { gatherIndices, type PlanGather } from './indices.ts';
import { gatherKernels } from './operators.ts';

function gatherReference<A>(plan: PlanGather<A>): ReferenceKernel<A> {
  return (node, [input], batch) => {
    const { places, fill } = plan(node);
    const indices = gatherIndices(places);
    const size = elementCount(node.inputs[0]);
    const output = new Float64Array(batch * indices.length);
    for (let image = 0; image < batch; image++) {
      indices.forEach((from, to) => {
        output[image * indices.length + to] = from < 0 ? fill : input[image * size + from];
      });
    }
    return [output];
  };
}

export const kernels: Readonly<Record<string, ReferenceKernel<never>>> = gatherKernels(gatherReference);
