import type { DenseLinear } from '../weights/dense-network.ts';
import type { MatrixNode, RowsNode } from '../weights/network.ts';
import { reconstructTile, reconstructWeights } from '../weights/reconstruct.ts';
import type { WeightData, WeightPicture } from './data.ts';
import { greyPng } from './data-uri.ts';

/** Maximum neurons shown per layer. */
const NEURONS = 12;
/** Part of a matrix that is shown, in weights per side. */
const MATRIX = 512;

/** A layer's weights as pictures, beside the original ones if given. */
export function weightPictures(
  node: RowsNode | MatrixNode,
  original: DenseLinear | undefined,
  reordered: boolean,
): WeightData {
  const pictures =
    node.kind === 'rows'
      ? heaviestNeurons(node).map((neuron) => neuronPicture(node, neuron, original))
      : [matrixPicture(node, original)];
  return { reordered, neurons: node.outFeatures, pictures };
}

/** The neurons with the largest stored Σ w², in the order of the sheet. */
function heaviestNeurons(node: RowsNode): number[] {
  const energies = Array.from({ length: node.outFeatures }, (_, neuron) => ({
    neuron,
    energy: reconstructTile(node, neuron).reduce((sum, weight) => sum + weight * weight, 0),
  }));
  return energies
    .sort((a, b) => b.energy - a.energy)
    .slice(0, NEURONS)
    .map(({ neuron }) => neuron)
    .sort((a, b) => a - b);
}

function neuronPicture(node: RowsNode, neuron: number, original: DenseLinear | undefined): WeightPicture {
  const start = neuron * node.inFeatures;
  const { width, height } = node.tile;
  return {
    neuron,
    ...pair(
      reconstructTile(node, neuron),
      original?.weights.subarray(start, start + node.inFeatures),
      width,
      height,
    ),
  };
}

function matrixPicture(node: MatrixNode, original: DenseLinear | undefined): WeightPicture {
  const width = Math.min(node.inFeatures, MATRIX);
  const height = Math.min(node.outFeatures, MATRIX);
  const corner = (weights: Float32Array | Float64Array): Float64Array =>
    Float64Array.from(
      { length: width * height },
      (_, i) => weights[Math.floor(i / width) * node.inFeatures + (i % width)],
    );
  return pair(corner(reconstructWeights(node)), original && corner(original.weights), width, height);
}

/** Both pictures on the same scale, around zero, so that they can be compared by eye. */
function pair(
  stored: Float64Array,
  original: Float32Array | Float64Array | undefined,
  width: number,
  height: number,
): WeightPicture {
  let max = 0;
  for (const weight of stored) max = Math.max(max, Math.abs(weight));
  for (const weight of original ?? []) max = Math.max(max, Math.abs(weight));
  const draw = (weights: Float32Array | Float64Array): string => {
    const samples = Uint8Array.from(weights, (weight) => Math.round(127.5 + (127.5 * weight) / (max || 1)));
    return greyPng(samples, width, height);
  };
  return { width, height, max, stored: draw(stored), ...(original && { original: draw(original) }) };
}
