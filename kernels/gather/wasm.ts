import type { WasmBinding } from '../graph-wasm/binding.ts';
import { elementCount } from '../node.ts';
import { gatherIndices, type PlanGather } from './indices.ts';
import { gatherKernels } from './operators.ts';

function gatherWasm<A>(plan: PlanGather<A>): WasmBinding<A> {
  return (node, { kernels, write }) => {
    const { places, fill } = plan(node);
    const indices = gatherIndices(places);
    const table = write(indices.map((index) => (index < 0 ? -1 : 4 * index)));
    const size = 4 * elementCount(node.inputs[0]);
    return ([input], [output], batch) =>
      kernels.gather(input, output, batch, size, table, indices.length, fill);
  };
}

export const kernels: Readonly<Record<string, WasmBinding<never>>> = gatherKernels(gatherWasm);
