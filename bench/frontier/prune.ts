import { type DenseLinear, type DenseNetwork, linearLayers } from '../../src/weights/dense-network.ts';

/**
 * Keeps the weights of greatest magnitude, a part `kept` of all that can go, and sets the others to zero. Magnitudes are
 * measured in standard deviations of their layer, which is how Deep Compression's pruning sets its thresholds (Han et al.,
 * 2015). The last layer is left whole: it is small, and pruned like the others it costs several times the error (measured
 * on training pictures: 8.6% instead of 2.4% at 0.3 for 784-512-10).
 */
export function pruneByMagnitude(network: DenseNetwork, kept: number): DenseNetwork {
  const pruned = new Map(
    linearLayers(network)
      .slice(0, -1)
      .map((layer): [DenseLinear, number] => [layer, deviation(layer.weights)]),
  );
  const magnitudes = [...pruned].flatMap(([layer, unit]) =>
    Array.from(layer.weights, (weight) => Math.abs(weight) / unit),
  );
  const sorted = Float64Array.from(magnitudes).sort();
  const threshold = sorted[sorted.length - Math.round(kept * sorted.length)] ?? Infinity;
  return {
    layers: network.layers.map((layer) => {
      const unit = layer.type === 'linear' ? pruned.get(layer) : undefined;
      if (layer.type !== 'linear' || unit === undefined) return layer;
      const isKept = (weight: number): boolean => Math.abs(weight) / unit >= threshold;
      return { ...layer, weights: layer.weights.map((weight) => (isKept(weight) ? weight : 0)) };
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
