import type { WjzFile } from '../../format/reading.ts';
import type { PlannedGraph } from '../../graph/graph.ts';
import { elementCount, type Shape } from '../../graph/shape.ts';
import { softmax } from '../answer.ts';
import type { ExecutorOptions, GraphExecutor } from '../backends/backend.ts';
import type { ChosenBackend } from '../backends/choose.ts';
import type { LoadNetworkOptions } from '../load-network.ts';
import { tensorMetadata } from '../metadata.ts';
import type { Path } from '../path.ts';
import type { ReadyNetwork, SessionExecutor } from '../ready-network.ts';
import { inputNode } from './check-inputs.ts';
import { createGraphExecutor } from './create.ts';
import { Embeddings } from './embeddings.ts';
import { outputNames } from './output-names.ts';
import { findPatchEmbedding } from './patch-embedding.ts';
import { storedGraph } from './stored-graph.ts';

/**
 * Makes the graph of a file ready on a backend. It is chosen by the caller: bundlers split what chooses backends from a page's
 * first chunk if a module on demand imports it, 1.3 KB gzipped more (Vite).
 */
export async function openGraph(
  file: WjzFile,
  path: Path,
  { name, backend }: ChosenBackend,
  options: LoadNetworkOptions & ExecutorOptions,
): Promise<ReadyNetwork> {
  const { graph: stored, endsInSoftmax } = await storedGraph(file, path, options);
  const { precision, memory, threads } = options;
  const patch = path === 'coefficient' ? findPatchEmbedding(stored, file.manifest.input) : undefined;
  const graph = patch ? { ...stored, entry: patch.node.outputs[0] } : stored;
  const create = (one: PlannedGraph, threads: number): Promise<GraphExecutor> =>
    createGraphExecutor(name, backend, one, { precision, memory, threads });
  const graphExecutor = await create(graph, threads);
  const embeddings =
    patch && graphExecutor.takesEntry ? new Embeddings(patch, (one) => create(one, 1)) : undefined;
  const executor: SessionExecutor = {
    backend: name,
    // It grows where kernels are compiled at their first use.
    get residentBytes() {
      const { residentBytes } = graphExecutor;
      return embeddings?.residentBytes(residentBytes) ?? residentBytes;
    },
    get peakBytes() {
      return graphExecutor.peakBytes + (embeddings?.peakBytes ?? 0);
    },
    run: async (input, batch, kind, sampling) => {
      const given = embeddings && sampling ? await embeddings.run(input, batch, sampling) : input;
      return (await graphExecutor.run([given], batch, kind))[0];
    },
    runOutputs: async (input, batch) => {
      const results = await graphExecutor.run([input], batch, 'values');
      // The executor gives what the final softmax takes (`dropFinalSoftmax`).
      if (endsInSoftmax) results[0] = softmaxRows(results[0], batch);
      return results;
    },
    dispose: () => {
      graphExecutor.dispose();
      embeddings?.dispose();
    },
  };
  const elements = (value: string): number => elementCount(graph.shapes.get(value) as Shape);
  return {
    executor,
    backend,
    blocks: embeddings?.patch ?? inputNode(graph)?.tile,
    inFeatures: elements(graph.inputs[0].name),
    outFeatures: elements(graph.outputs[0]),
    outputs: outputNames(file.manifest).map((name, index) =>
      tensorMetadata(name, graph.shapes.get(graph.outputs[index]) as Shape),
    ),
  };
}

function softmaxRows(values: Float32Array, batch: number): Float32Array {
  const size = values.length / batch;
  const result = new Float32Array(values.length);
  for (let at = 0; at < values.length; at += size) result.set(softmax(values.subarray(at, at + size)), at);
  return result;
}
