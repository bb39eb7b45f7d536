import { WjpegError } from '../../errors.ts';
import type { PlannedGraph } from '../../graph/graph.ts';
import type { Backend, BackendName, ExecutorOptions, GraphExecutor } from '../backends/backend.ts';
import { createReferenceGraph } from '../backends/reference-graph.ts';
import { createWasmGraph } from '../backends/wasm/graph.ts';

/**
 * Makes a graph ready on a backend. What runs graphs on `wasm` and `reference` is part of this module, not of those backends:
 * pages whose networks are chains never load it.
 *
 * @throws OPERATOR_UNAVAILABLE where the backend runs linear chains only, or lacks an operator
 */
export async function createGraphExecutor(
  name: BackendName,
  backend: Backend,
  graph: PlannedGraph,
  options: ExecutorOptions,
): Promise<GraphExecutor> {
  if (name === 'wasm') return createWasmGraph(graph, options, backend.create);
  if (name === 'reference') return createReferenceGraph(graph, options);
  if (backend.createGraph !== undefined) return backend.createGraph(graph, options);
  throw new WjpegError(
    'unavailable',
    'OPERATOR_UNAVAILABLE',
    `backend ${name} runs linear chains only: choose backend wasm or reference`,
  );
}
