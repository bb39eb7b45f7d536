import type { Network } from '../../weights/network.ts';
import type { Backend, Executor } from './backend.ts';
import { checkInput, inputWidths } from './check-input.ts';
import { requireDefaults } from './options.ts';
import { nodeBytes, nodeColumns, runChain } from './reference-chain.ts';
import { residentOf } from './resident.ts';

/** Plain TypeScript in float64. Uses the network's own weights: nothing is copied. */
export const referenceBackend: Backend = {
  availability: async () => ({ available: true, detail: 'float64 TypeScript', hardware: false }),
  create: async (network, options) => {
    requireDefaults('reference', options);
    return createExecutor(network);
  },
  createGraph: async (graph, options) =>
    (await import('./reference-graph.ts')).createReferenceGraph(graph, options),
};

function createExecutor(network: Network): Executor {
  const residentBytes = residentOf(
    network.nodes.map((node) => ({ name: node.name, host: nodeBytes(node), device: 0 })),
  );
  const { host } = residentBytes;
  // Inputs, transformed inputs and outputs of one node are in memory at once, in float64.
  const widest = Math.max(
    ...network.nodes.map((node) => node.inFeatures + 2 * nodeColumns(node) + node.outFeatures),
  );
  const widths = inputWidths(network.nodes[0]);
  let peakBytes = host;
  return {
    backend: 'reference',
    residentBytes,
    get peakBytes() {
      return peakBytes;
    },
    run: async (input, batch, kind) => {
      checkInput(input, batch, kind, widths);
      peakBytes = Math.max(peakBytes, host + batch * widest * 8);
      return Float32Array.from(runChain(network, Float64Array.from(input), batch, kind));
    },
    dispose: () => {},
  };
}
