import type { PlannedGraph } from '../../../graph/graph.ts';
import type { ExecutorOptions, GraphExecutor } from '../backend.ts';
import { type CreateChain, planWasmGraph, WasmGraphExecutor } from './graph.ts';

/**
 * Makes a graph ready on backend wasm. Threads are started here and not in graph.ts, which their worker runs: bundlers refuse
 * workers that start themselves.
 *
 * @throws BACKEND_UNAVAILABLE where there is no WebAssembly SIMD
 * @throws NO_THREADS, THREAD_LOST where threads are asked for and cannot run
 */
export async function createWasmGraph(
  given: PlannedGraph,
  options: ExecutorOptions,
  createChain: CreateChain,
): Promise<GraphExecutor> {
  const threads = options.threads > 1 ? await import('./graph-threads.ts') : undefined;
  threads?.checkMemory(options);
  const graph = await planWasmGraph(given, options);
  // Threads share out whole graphs: a chain in one of them has none of its own.
  const alone = { ...options, threads: 1 };
  const own = await WasmGraphExecutor.create(graph, alone, createChain);
  return threads === undefined ? own : threads.startThreads(own, graph, options);
}
