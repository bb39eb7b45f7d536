import { outputStep } from '../elementwise/wgsl.ts';
import { header, perOutput, type WgslKernel } from '../wgsl.ts';
import { gatherIndices, type PlanGather } from './indices.ts';
import { gatherKernels } from './operators.ts';

const source = (vector: boolean): string => `${header(vector, 'width: u32, fill: f32', {
  indices: 'array<u32>',
  inputs: 'array<V>',
  outputs: 'array<V>',
})}
${perOutput(
  'item',
  'parameters.width',
  `let index = indices[item];
  let isFill = index == 0xffffffffu;
  let value = inputs[select(index, 0u, isFill) * call.lanes + lane];
  outputs[item * call.lanes + lane] = select(value, V(parameters.fill), isFill);`,
)}
`;

function gatherWgsl<A>(plan: PlanGather<A>): WgslKernel<A> {
  return (node) => {
    const { places, fill } = plan(node);
    const indices = gatherIndices(places);
    const width = indices.length;
    return [
      outputStep('gather', source, [width, { float: fill }], {
        width,
        weights: [Uint32Array.from(indices)],
        reads: [0],
      }),
    ];
  };
}

export const kernels: Readonly<Record<string, WgslKernel<never>>> = gatherKernels(gatherWgsl);
