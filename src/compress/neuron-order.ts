import type { DenseLinear, DenseNetwork } from '../weights/dense-network.ts';
import { checkNetwork } from './argument-rules.ts';

/**
 * The same function with its hidden neurons in order of the energy of their weights, greatest first: rows of one layer
 * and, with them, columns of the next. Neighbours on a contact sheet become alike, and weak ones, which leave nothing
 * but empty blocks, lie together. An activation stands between layers elementwise, so the order does not matter to it.
 *
 * @throws WjpegError `ARGUMENT`, `MODEL_BAD_CHAIN` for layers whose sizes do not fit
 */
export function orderNeurons(network: DenseNetwork): DenseNetwork {
  checkNetwork('orderNeurons', network);
  let inputs: readonly number[] | undefined;
  let left = network.layers.filter(({ type }) => type === 'linear').length;
  const layers = network.layers.map((layer) => {
    if (layer.type !== 'linear') return layer;
    const columns = inputs ? permuteColumns(layer, inputs) : layer;
    // The order of the outputs is what they mean.
    inputs = --left > 0 ? byEnergy(columns) : undefined;
    return inputs ? permuteRows(columns, inputs) : columns;
  });
  return { layers };
}

/** Indices of the rows, the one with the greatest Σ w² first; equal ones stay as they are. */
function byEnergy({ weights, inFeatures, outFeatures }: DenseLinear): number[] {
  const energy = Array.from({ length: outFeatures }, (_, row) =>
    weights
      .subarray(row * inFeatures, (row + 1) * inFeatures)
      .reduce((sum, weight) => sum + weight * weight, 0),
  );
  return energy.map((_, row) => row).sort((a, b) => energy[b] - energy[a]);
}

function permuteRows(layer: DenseLinear, order: readonly number[]): DenseLinear {
  const { inFeatures, bias } = layer;
  const weights = new Float32Array(layer.weights.length);
  order.forEach((from, to) => {
    weights.set(layer.weights.subarray(from * inFeatures, (from + 1) * inFeatures), to * inFeatures);
  });
  return { ...layer, weights, bias: bias && Float32Array.from(order, (from) => bias[from]) };
}

function permuteColumns(layer: DenseLinear, order: readonly number[]): DenseLinear {
  const { inFeatures, outFeatures } = layer;
  const weights = new Float32Array(layer.weights.length);
  for (let row = 0; row < outFeatures; row++) {
    const start = row * inFeatures;
    order.forEach((from, to) => {
      weights[start + to] = layer.weights[start + from];
    });
  }
  return { ...layer, weights };
}
