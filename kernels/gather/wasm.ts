import type { WasmBinding } from '../graph-wasm/binding.ts';
import { elementCount } from '../node.ts';
import { gatherIndices, type PlanGather } from './indices.ts';
import { gatherKernels } from './operators.ts';
import { runsOf } from './runs.ts';

/** Elements that runs have at least, on average, where they are copied whole. */
const MIN_RUN = 4;

function gatherWasm<A>(plan: PlanGather<A>): WasmBinding<A> {
  return (node, { kernels, write }) => {
    const { places, fill } = plan(node);
    const indices = gatherIndices(places);
    const size = 4 * elementCount(node.inputs[0]);
    const runs = runsOf(indices, indices.length / MIN_RUN);
    if (runs) {
      const { from, lengths } = runs;
      const pairs = write(
        Int32Array.from(from.flatMap((index, run) => [4 * Math.max(index, -1), lengths[run]])),
      );
      return ([input], [output], batch) =>
        kernels.gatherRuns(input, output, batch, size, pairs, from.length, fill);
    }
    if (!indices.includes(-1)) {
      const fours = new Int32Array(4 * Math.ceil(indices.length / 4));
      fours.set(indices.map((index) => 4 * index));
      const table = write(fours);
      return ([input], [output], batch) =>
        kernels.gatherFours(input, output, batch, size, table, indices.length);
    }
    const table = write(indices.map((index) => (index < 0 ? -1 : 4 * index)));
    return ([input], [output], batch) =>
      kernels.gather(input, output, batch, size, table, indices.length, fill);
  };
}

export const kernels: Readonly<Record<string, WasmBinding<never>>> = gatherKernels(gatherWasm);
