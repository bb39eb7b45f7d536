import { WjpegError } from '../../errors.ts';
import type { PlannedGraph } from '../../graph/graph.ts';
import type { Backend, BackendName, ExecutorOptions, GraphExecutor } from '../backends/backend.ts';

/**
 * Makes a graph ready on a backend.
 *
 * @throws OPERATOR_UNAVAILABLE where the backend runs linear chains only, or lacks an operator
 */
export async function createGraphExecutor(
  name: BackendName,
  backend: Backend,
  graph: PlannedGraph,
  options: ExecutorOptions,
): Promise<GraphExecutor> {
  if (backend.createGraph !== undefined) return backend.createGraph(graph, options);
  throw new WjpegError(
    'unavailable',
    'OPERATOR_UNAVAILABLE',
    `backend ${name} runs linear chains only: choose backend wasm or reference`,
  );
}
