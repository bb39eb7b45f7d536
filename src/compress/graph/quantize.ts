import type { GraphNode } from '../../graph/graph.ts';
import type { Activations } from '../activations.ts';
import { type StoredNode, type StoreSettings, storeNode } from './store-node.ts';
import { mapped, trainedMap } from './trained-outputs.ts';
import { lastUses, runNode, type Values } from './values.ts';
import type { Weighted } from './weighted.ts';

/** What came of a graph: its nodes with weights as they are stored, and what both networks answer. */
export interface QuantizedGraph {
  readonly stored: ReadonlyMap<GraphNode, StoredNode>;
  /** The first output for every sample. */
  readonly original: Float32Array;
  readonly answers: Float32Array;
}

/** How the weights of a graph are stored. */
export interface QuantizeJob extends Omit<StoreSettings, 'count'> {
  /** Its nodes with weights. */
  readonly weighted: ReadonlyMap<GraphNode, Weighted>;
  /** Inputs of the graph. */
  readonly samples: Activations;
  /** Whether outputs are given the moments that they had in training, where these are known. */
  readonly asTrained: boolean;
  /** Error of a node, as `storeNode` takes it. */
  error(weighted: Weighted): number | undefined;
  /** The part that is done, 0…1. */
  readonly onProgress: (part: number) => void;
}

/**
 * Stores the weights of a graph from its inputs to its outputs. Each node is quantised for the values that it will see, those
 * of the nodes stored before it, and its bias makes good what that did to the means of its outputs.
 */
export async function quantizeGraph(job: QuantizeJob): Promise<QuantizedGraph> {
  const { graph, samples, onProgress } = job;
  const [{ name: input }] = graph.inputs;
  const actual: Values = new Map([[input, samples.values]]);
  const original: Values = new Map(actual);
  const done = lastUses(graph);
  const stored = new Map<GraphNode, StoredNode>();
  const how: StoreSettings = { ...job, count: samples.count };
  for (const [index, node] of graph.nodes.entries()) {
    const weighted = job.weighted.get(node);
    let now = node;
    if (weighted) {
      const result = storeNode(how, weighted, job.error(weighted), actual, original, (part) =>
        onProgress((index + part) / graph.nodes.length),
      );
      stored.set(node, result);
      now = result.node;
    }
    const exact = await runNode(graph, node, original, samples.count);
    // Before the first stored weights both are the same.
    const isSame = now === node && node.inputs.every((name) => actual.get(name) === original.get(name));
    const given = isSame ? exact : await runNode(graph, now, actual, samples.count);
    const map = job.asTrained ? trainedMap(node, exact[0], samples.count) : undefined;
    node.outputs.forEach((name, at) => {
      const value = mapped(exact[at], map, samples.count);
      original.set(name, value);
      actual.set(name, isSame ? value : mapped(given[at], map, samples.count));
    });
    for (const name of done[index]) {
      actual.delete(name);
      original.delete(name);
    }
    onProgress((index + 1) / graph.nodes.length);
  }
  const [output] = graph.outputs;
  return {
    stored,
    original: original.get(output) as Float32Array,
    answers: actual.get(output) as Float32Array,
  };
}
