import type { GraphNode, PlannedGraph } from '../../graph/graph.ts';
import type { ChannelAffine } from '../../graph/passes/channel-affine.ts';
import { isView } from '../../runtime/graph/kernels.ts';
import type { DenseNode } from '../../weights/network.ts';
import type { Activations } from '../activations.ts';

// What probe inputs make of a network is far from what its own inputs made of it: neurons are always on, or never. Batch norms
// remember: the outputs of the node before had a mean of β and a deviation of |γ| in training. So the outputs on probes are scaled
// and shifted per channel until they have those moments.

/** Deviation below which an output says nothing about its scale, as a fraction of the one in training. */
const MIN_DEVIATION = 1e-3;

/** The map for which a node's outputs (count × channels × pixels) have the moments that they had in training, if these are known. */
export function trainedMap(
  { trained }: GraphNode,
  values: Float32Array,
  count: number,
): ChannelAffine | undefined {
  if (trained === undefined) return undefined;
  const channels = trained.mean.length;
  const pixels = values.length / count / channels;
  const scale = new Float32Array(channels);
  const offset = new Float32Array(channels);
  for (let channel = 0; channel < channels; channel++) {
    let [sum, squares] = [0, 0];
    for (let i = 0; i < count; i++) {
      const from = (i * channels + channel) * pixels;
      for (let at = from; at < from + pixels; at++) {
        sum += values[at];
        squares += values[at] ** 2;
      }
    }
    const mean = sum / (count * pixels);
    const deviation = Math.sqrt(Math.max(0, squares / (count * pixels) - mean ** 2));
    const wanted = trained.deviation[channel];
    scale[channel] = deviation > MIN_DEVIATION * wanted ? wanted / deviation : 1;
    offset[channel] = trained.mean[channel] - scale[channel] * mean;
  }
  return { scale, offset };
}

/** The outputs of a node after such a map. */
export function mapped(values: Float32Array, map: ChannelAffine | undefined, count: number): Float32Array {
  if (map === undefined) return values;
  const { scale, offset } = map;
  const pixels = values.length / count / scale.length;
  return values.map((value, at) => {
    const channel = Math.floor(at / pixels) % scale.length;
    return scale[channel] * value + offset[channel];
  });
}

/**
 * Probes of a plain vector moved to where the network's inputs were in training, as far as the batch norm after its first linear
 * node tells: one mean and one deviation for all inputs, by least squares. Other probes are given back as they are.
 */
export function asTrained(graph: PlannedGraph, probes: Activations): Activations {
  const first = firstNode(graph);
  if (first?.operator !== 'linear' || first.trained === undefined) return probes;
  const { trained } = first;
  const { weights, bias, inFeatures, outFeatures } = first.linear as DenseNode;
  let [products, sums, squares, variance] = [0, 0, 0, 0];
  for (let row = 0; row < outFeatures; row++) {
    let sum = 0;
    for (let k = 0; k < inFeatures; k++) {
      const weight = weights[row * inFeatures + k];
      sum += weight;
      squares += weight ** 2;
    }
    products += sum * (trained.mean[row] - (bias?.[row] ?? 0));
    sums += sum ** 2;
    variance += trained.deviation[row] ** 2;
  }
  if (sums === 0 || squares === 0) return probes;
  const mean = products / sums;
  const deviation = Math.sqrt(variance / squares);
  return { ...probes, values: probes.values.map((value) => mean + deviation * value) };
}

/** The only node that takes the input, whatever shape that is given. */
function firstNode({ inputs, nodes }: PlannedGraph): GraphNode | undefined {
  let value = inputs[0].name;
  for (;;) {
    const takers = nodes.filter((node) => node.inputs.includes(value));
    if (takers.length !== 1) return undefined;
    if (!isView(takers[0])) return takers[0];
    [value] = takers[0].outputs;
  }
}
