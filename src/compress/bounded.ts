import type { InputSpec } from '../format/manifest.ts';
import { type DenseLinear, type DenseNetwork, linearLayers } from '../weights/dense-network.ts';
import { type Activations, applyLayer, applyRelu } from './activations.ts';
import type { LayerBound } from './bounded-layer.ts';
import { OutputError } from './output-error.ts';
import { probeCount, probeInputs, probeKinds } from './probes.ts';

/**
 * Error that all layers of a network may make together on probe inputs where no quality is named, as a fraction of what
 * their outputs vary. Chosen on held-out training pictures (docs/compression.md).
 */
const LARGE_NETWORK_ERROR = 0.07;
/** Networks of fewer weights have less to spare: their bound falls with the square root of the number. */
const LARGE_NETWORK_WEIGHTS = 300_000;

/** The bound where none is named, rounded to four decimals. `weights`: number of weights of all layers. */
export function defaultMaxError(weights: number): number {
  const part = Math.min(1, Math.sqrt(weights / LARGE_NETWORK_WEIGHTS));
  return Math.max(1e-4, Number((LARGE_NETWORK_ERROR * part).toFixed(4)));
}

/** Seed of the probes that layers are judged by; the whole network is judged by others. */
const SEED = 1;
/** Least importance of an output, as a fraction of the root mean square: dead neurons must not take endless steps. */
const MIN_IMPORTANCE = 0.05;

/** What each layer of a network does to probe inputs, and what error it may make. */
export class LayerBounds {
  readonly #bounds = new Map<DenseLinear, Omit<LayerBound, 'maxError'> & { share: number }>();

  constructor(network: DenseNetwork, input: InputSpec) {
    const layers = linearLayers(network);
    const weights = layers.reduce((sum, layer) => sum + layer.weights.length, 0);
    const kinds = probeKinds(input);
    let inputs: Activations = probeInputs(input, probeCount(weights), SEED);
    for (const layer of network.layers) {
      if (layer.type === 'relu') inputs = applyRelu(inputs);
      if (layer.type !== 'linear') continue;
      const importance = outputImportance(layer, layers[layers.indexOf(layer) + 1]);
      const metric = new OutputError(layer, inputs, kinds, importance);
      // Squared errors add up. Bits go to where they lower the sum most if each layer's part of it is its part of the weights.
      this.#bounds.set(layer, { metric, importance, share: Math.sqrt(layer.weights.length / weights) });
      inputs = applyLayer(inputs, layer);
    }
  }

  /** What a layer has to keep for the network to keep `maxError`. */
  of(layer: DenseLinear, maxError: number): LayerBound {
    const bound = this.#bounds.get(layer);
    if (!bound) throw new RangeError(`layer '${layer.name}' is not one of the network's`);
    const { metric, importance, share } = bound;
    return { metric, importance, maxError: maxError * share };
  }
}

/** Norm of the weights that the next layer has for each output; 1 for the answers. */
function outputImportance({ outFeatures }: DenseLinear, next: DenseLinear | undefined): Float64Array {
  if (!next) return new Float64Array(outFeatures).fill(1);
  const squares = new Float64Array(outFeatures);
  next.weights.forEach((weight, i) => {
    squares[i % outFeatures] += weight * weight;
  });
  const mean = squares.reduce((sum, square) => sum + square, 0) / outFeatures;
  const min = MIN_IMPORTANCE * Math.sqrt(mean) || 1;
  return squares.map((square) => Math.max(min, Math.sqrt(square)));
}
