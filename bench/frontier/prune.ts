import { type DenseNetwork, linearLayers } from '../../src/model/dense-network.ts';

/**
 * Keeps the weights of greatest magnitude, a part `kept` of all, and sets the others to zero. Magnitudes are measured in
 * standard deviations of their layer, which is how Deep Compression's pruning sets its thresholds (Han et al., 2015).
 */
export function pruneByMagnitude(network: DenseNetwork, kept: number): DenseNetwork {
  const layers = linearLayers(network);
  const deviations = new Map(layers.map((layer) => [layer, deviation(layer.weights)]));
  const magnitudes = new Float64Array(layers.reduce((sum, { weights }) => sum + weights.length, 0));
  let at = 0;
  for (const layer of layers) {
    const unit = deviations.get(layer) as number;
    for (const weight of layer.weights) magnitudes[at++] = Math.abs(weight) / unit;
  }
  magnitudes.sort();
  const threshold = magnitudes[magnitudes.length - Math.round(kept * magnitudes.length)] ?? Infinity;
  return {
    layers: network.layers.map((layer) => {
      if (layer.type !== 'linear') return layer;
      const least = threshold * (deviations.get(layer) as number);
      return { ...layer, weights: layer.weights.map((weight) => (Math.abs(weight) < least ? 0 : weight)) };
    }),
  };
}

function deviation(values: Float32Array): number {
  let sum = 0;
  let squares = 0;
  for (const value of values) {
    sum += value;
    squares += value * value;
  }
  return Math.sqrt(squares / values.length - (sum / values.length) ** 2) || 1;
}
