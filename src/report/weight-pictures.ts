import type { DenseLinear } from '../weights/dense-network.ts';
import type { MatrixStage, RowsStage } from '../weights/network.ts';
import { reconstructTile, reconstructWeights } from '../weights/reconstruct.ts';
import type { WeightData, WeightPicture } from './data.ts';
import { greyPng } from './data-uri.ts';

/** Maximum neurons shown per layer. */
const NEURONS = 12;
/** Part of a matrix that is shown, in weights per side. */
const MATRIX = 512;

/** A layer's weights as pictures, beside the original ones if given. */
export function weightPictures(
  stage: RowsStage | MatrixStage,
  original: DenseLinear | undefined,
  reordered: boolean,
): WeightData {
  const pictures =
    stage.kind === 'rows'
      ? heaviestNeurons(stage).map((neuron) => neuronPicture(stage, neuron, original))
      : [matrixPicture(stage, original)];
  return { reordered, neurons: stage.outFeatures, pictures };
}

/** The neurons with the largest stored Σ w², in the order of the sheet. */
function heaviestNeurons(stage: RowsStage): number[] {
  const energies = Array.from({ length: stage.outFeatures }, (_, neuron) => ({
    neuron,
    energy: reconstructTile(stage, neuron).reduce((sum, weight) => sum + weight * weight, 0),
  }));
  return energies
    .sort((a, b) => b.energy - a.energy)
    .slice(0, NEURONS)
    .map(({ neuron }) => neuron)
    .sort((a, b) => a - b);
}

function neuronPicture(stage: RowsStage, neuron: number, original: DenseLinear | undefined): WeightPicture {
  const start = neuron * stage.inFeatures;
  const { width, height } = stage.tile;
  return {
    neuron,
    ...pair(
      reconstructTile(stage, neuron),
      original?.weights.subarray(start, start + stage.inFeatures),
      width,
      height,
    ),
  };
}

function matrixPicture(stage: MatrixStage, original: DenseLinear | undefined): WeightPicture {
  const width = Math.min(stage.inFeatures, MATRIX);
  const height = Math.min(stage.outFeatures, MATRIX);
  const corner = (weights: Float32Array | Float64Array): Float64Array =>
    Float64Array.from(
      { length: width * height },
      (_, i) => weights[Math.floor(i / width) * stage.inFeatures + (i % width)],
    );
  return pair(corner(reconstructWeights(stage)), original && corner(original.weights), width, height);
}

/** Both pictures on the same scale, around zero, so that they can be compared by eye. */
function pair(
  stored: Float64Array,
  original: Float32Array | Float64Array | undefined,
  width: number,
  height: number,
): WeightPicture {
  let most = 0;
  for (const weight of stored) most = Math.max(most, Math.abs(weight));
  for (const weight of original ?? []) most = Math.max(most, Math.abs(weight));
  const draw = (weights: Float32Array | Float64Array): string => {
    const samples = Uint8Array.from(weights, (weight) => Math.round(127.5 + (127.5 * weight) / (most || 1)));
    return greyPng(samples, width, height);
  };
  return { width, height, most, stored: draw(stored), ...(original && { original: draw(original) }) };
}
