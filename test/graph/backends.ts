import '../../src/gpu.ts';
import type { Precision } from '../../kernels/node.ts';
import type { PlannedGraph } from '../../src/graph/graph.ts';
import { availability } from '../../src/runtime/backends/availability.ts';
import type { GraphExecutor, MemoryMode } from '../../src/runtime/backends/backend.ts';
import { type BackendName, EXECUTOR_DEFAULTS } from '../../src/runtime/backends/backend.ts';
import { findBackend } from '../../src/runtime/backends/registry.ts';
import { createGraphExecutor } from '../../src/runtime/graph/create.ts';

/** Backends that run graphs, all judged by `reference`. */
export const GRAPH_BACKENDS = [
  'reference',
  'wasm',
  'webgpu',
  'gpujs:webgpu',
  'gpujs:wasm',
  'gpujs:cpu',
] as const satisfies readonly BackendName[];
export type GraphBackend = (typeof GRAPH_BACKENDS)[number];

/** Each backend with why it is skipped on this machine, if it is; for titles, so that nothing is skipped unseen. */
export const backendRows: readonly { backend: GraphBackend; title: string; skipped: boolean }[] =
  await Promise.all(
    GRAPH_BACKENDS.map(async (backend) => {
      const state = await availability(backend);
      const title = state.available ? backend : `${backend}: skipped, ${state.reason}`;
      return { backend, title, skipped: !state.available };
    }),
  );

/** A graph made ready on a backend, with the options that all backends take; `precision` and `memory`: on wasm only. */
export async function openGraphOn(
  backend: GraphBackend,
  graph: PlannedGraph,
  precision: Precision = 'float32',
  memory: MemoryMode = 'speed',
): Promise<GraphExecutor> {
  return createGraphExecutor(backend, await findBackend(backend), graph, {
    ...EXECUTOR_DEFAULTS,
    precision,
    memory,
  });
}
