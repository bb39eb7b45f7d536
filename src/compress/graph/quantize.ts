import type { GraphNode, PlannedGraph } from '../../graph/graph.ts';
import { elementCount, type Shape } from '../../graph/shape.ts';
import type { Activations } from '../activations.ts';
import { compressCalibrated } from '../calibrated-layer.ts';
import type { CompressedLayer } from '../compress-layer.ts';
import { ErrorFeedback } from '../error-feedback.ts';
import type { CompressSettings } from '../options.ts';
import { type LayerReport, readBack } from '../report.ts';
import { toStored } from '../rest-tensors.ts';
import { means } from '../second-moments.ts';
import { inputMoments, seenInputs } from './moments.ts';
import { lastUses, runNode, type Values } from './values.ts';
import { type Weighted, withWeights } from './weighted.ts';

/** A node with weights as it is stored. */
export interface StoredNode {
  readonly weighted: Weighted;
  /** The picture of the weights, and what reading it back shows; undefined where they are kept as a tensor. */
  readonly picture: { readonly compressed: CompressedLayer; readonly report: LayerReport } | undefined;
  /** The node as a reader will find it. */
  readonly node: GraphNode;
}

/** What came of a graph: its nodes with weights as they are stored, and what both networks answer. */
export interface QuantizedGraph {
  readonly stored: ReadonlyMap<GraphNode, StoredNode>;
  /** The first output for every sample. */
  readonly original: Float32Array;
  readonly answers: Float32Array;
}

/** How the weights of a graph are stored. */
export interface QuantizeJob {
  readonly graph: PlannedGraph;
  /** Its nodes with weights. */
  readonly weighted: ReadonlyMap<GraphNode, Weighted>;
  /** Inputs of the graph. */
  readonly samples: Activations;
  /** Ridge on covariances, as a fraction of their mean variance. */
  readonly damping: number;
  /** Width of a quantisation step in standard deviations of a node's outputs; undefined for a node that is kept. */
  step(weighted: Weighted): number | undefined;
  readonly settings: CompressSettings;
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
  for (const [index, node] of graph.nodes.entries()) {
    const weighted = job.weighted.get(node);
    let now = node;
    if (weighted) {
      const result = storeNode(job, weighted, actual, original, (part) =>
        onProgress((index + part) / graph.nodes.length),
      );
      stored.set(node, result);
      now = result.node;
    }
    const exact = await runNode(graph, node, original, samples.count);
    // Before the first stored weights both are the same.
    const isSame = now === node && node.inputs.every((name) => actual.get(name) === original.get(name));
    const given = isSame ? exact : await runNode(graph, now, actual, samples.count);
    node.outputs.forEach((name, at) => {
      actual.set(name, given[at]);
      original.set(name, exact[at]);
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

function storeNode(
  { graph, samples, damping, step, settings }: QuantizeJob,
  weighted: Weighted,
  actual: Values,
  original: Values,
  onProgress: (part: number) => void,
): StoredNode {
  const { node, matrix } = weighted;
  const { rest } = settings;
  const roundedBias = (bias: Float32Array | null): Float32Array | null => bias && toStored(bias, rest);
  const asTensor = (): StoredNode => ({
    weighted,
    picture: undefined,
    node: withWeights(weighted, toStored(matrix.weights, rest), roundedBias(matrix.bias)),
  });
  const width = step(weighted);
  if (width === undefined) return asTensor();
  const [input] = node.inputs;
  const [shape, output] = [input, node.outputs[0]].map((name) => graph.shapes.get(name) as Shape);
  const seenIn = (values: Values): Activations =>
    seenInputs(weighted, values.get(input) as Float32Array, samples.count, shape, output);
  const { mean, covariance, columns } = inputMoments(seenIn(actual));
  const feedback = new ErrorFeedback(covariance, columns, damping);
  const statistics = { tile: undefined, covariance, feedback };
  const compressed = compressCalibrated(matrix, statistics, '', { ...settings, onProgress }, width);
  // As in chains: an explicit choice is obeyed, under `auto` a picture must be smaller than what it replaces.
  const tensorBytes = elementCount(weighted.shape) * (rest === 'F16' ? 2 : 4);
  if (settings.layers === 'auto' && compressed.jpeg.length >= tensorBytes) return asTensor();
  const { weights: exact, report } = readBack(matrix, compressed);
  const weights = Float32Array.from(exact);
  const before = actual.get(input) === original.get(input) ? mean : means(seenIn(original));
  const bias = correctedBias(matrix.weights, weights, before, mean, matrix.bias);
  return {
    weighted,
    picture: { compressed, report },
    node: withWeights(weighted, weights, roundedBias(bias)),
  };
}

/** The bias for which the outputs keep their means: b + W·E[a] − Ŵ·E[â]. */
function correctedBias(
  original: Float32Array,
  stored: Float32Array,
  before: Float64Array,
  now: Float64Array,
  bias: Float32Array | null,
): Float32Array {
  const columns = before.length;
  return Float32Array.from({ length: original.length / columns }, (_, row) => {
    let sum = bias?.[row] ?? 0;
    for (let k = 0; k < columns; k++) {
      sum += original[row * columns + k] * before[k] - stored[row * columns + k] * now[k];
    }
    return sum;
  });
}
