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
import type { Values } from './values.ts';
import { type Weighted, withWeights } from './weighted.ts';

/** A node with weights as it is stored. */
export interface StoredNode {
  readonly weighted: Weighted;
  /** The picture of the weights, and what reading it back shows; undefined where they are kept as a tensor. */
  readonly picture: { readonly compressed: CompressedLayer; readonly report: LayerReport } | undefined;
  /** The node as a reader will find it. */
  readonly node: GraphNode;
}

/** How the weights of nodes are stored. */
export interface StoreSettings {
  readonly graph: PlannedGraph;
  /** Inputs that the values of the graph are of. */
  readonly count: number;
  /** Ridge on covariances, as a fraction of their mean variance. */
  readonly damping: number;
  readonly settings: CompressSettings;
}

/**
 * Stores the weights of a node for the values that it will see, `actual`; its bias makes good what that did to the means of its
 * outputs beside the `original` values.
 *
 * `error`: that of the outputs as a fraction of what they vary, if weights are rounded to the nearest step; undefined for a node
 * that is kept.
 */
export function storeNode(
  { graph, count, damping, settings }: StoreSettings,
  weighted: Weighted,
  error: number | undefined,
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
  if (error === undefined) return asTensor();
  // Noise of K coefficients of step w each is K·w²/12.
  const width = error * Math.sqrt((12 * matrix.outFeatures) / elementCount(weighted.shape));
  const [input] = node.inputs;
  const [shape, output] = [input, node.outputs[0]].map((name) => graph.shapes.get(name) as Shape);
  const seenIn = (values: Values): Activations =>
    seenInputs(weighted, values.get(input) as Float32Array, count, shape, output);
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
