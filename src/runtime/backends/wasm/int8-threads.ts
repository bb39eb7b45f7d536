import { planGraph } from '../../../graph/plan.ts';
import type { LinearNode, Network } from '../../../weights/network.ts';
import type { Executor, ExecutorOptions } from '../backend.ts';
import type { CreateChain } from './graph.ts';
import { createWasmGraph } from './graphs.ts';

/** A chain in bytes on several threads, as a graph that is nothing else: each has a copy in a memory of its own. */
export async function createInt8Threads(
  { nodes }: Network,
  options: ExecutorOptions,
  createChain: CreateChain,
): Promise<Executor> {
  const graph = planGraph({
    inputs: [{ name: '0', shape: [nodes[0].inFeatures] }],
    outputs: [String(nodes.length)],
    nodes: nodes.map((linear: LinearNode, index) => ({
      name: linear.name,
      operator: 'linear',
      inputs: [String(index)],
      outputs: [String(index + 1)],
      constants: {},
      attributes: { inFeatures: linear.inFeatures, outFeatures: linear.outFeatures },
      linear,
    })),
  });
  const executor = await createWasmGraph(graph, options, createChain);
  return {
    backend: 'wasm',
    residentBytes: executor.residentBytes,
    get peakBytes() {
      return executor.peakBytes;
    },
    run: async (input, batch, kind) => (await executor.run([input], batch, kind))[0],
    dispose: () => executor.dispose(),
  };
}
