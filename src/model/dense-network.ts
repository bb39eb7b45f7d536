import { WjpegError } from '../errors.ts';
import type { DenseStage, Network } from './network.ts';

/** A linear layer as it was trained: y = W·x + b, W row-major O × I. */
export interface DenseLinear {
  readonly type: 'linear';
  readonly name: string;
  readonly inFeatures: number;
  readonly outFeatures: number;
  readonly weights: Float32Array;
  readonly bias: Float32Array | null;
}

/** ReLU (elementwise max(0, ·)) or softmax (over the outputs; only as the last layer). */
export interface Activation {
  readonly type: 'relu' | 'softmax';
}

/** A feed-forward network with its original weights, the starting point of compression and the `dense` path. */
export interface DenseNetwork {
  readonly layers: readonly (DenseLinear | Activation)[];
}

/** The linear layers, in order. */
export function linearLayers(network: DenseNetwork): DenseLinear[] {
  return network.layers.filter((layer) => layer.type === 'linear');
}

/** Bytes of all weights and biases as float32. */
export function denseBytes(network: DenseNetwork): number {
  let bytes = 0;
  for (const layer of linearLayers(network))
    bytes += layer.weights.byteLength + (layer.bias?.byteLength ?? 0);
  return bytes;
}

/**
 * Whether each linear layer of a chain is followed by a ReLU; the fused form that backends take.
 * Softmax may only come last and is left to the session. Throws `MODEL_BAD_CHAIN` for any other chain.
 */
export function fuseActivations(types: readonly ('linear' | 'relu' | 'softmax')[]): boolean[] {
  const relu: boolean[] = [];
  types.forEach((type, index) => {
    if (type === 'linear') {
      relu.push(false);
    } else if (type === 'relu') {
      if (types[index - 1] !== 'linear')
        throw badChain(`layer ${index} is a ReLU, expected after a linear layer`);
      relu[relu.length - 1] = true;
    } else if (index !== types.length - 1 || index === 0) {
      throw badChain(`layer ${index} is a softmax, expected only as the last layer`);
    }
  });
  if (relu.length === 0) throw badChain('the network has no linear layer, expected at least one');
  return relu;
}

/** The stages of the `dense` path. */
export function denseStages(network: DenseNetwork): Network {
  const relu = fuseActivations(network.layers.map((layer) => layer.type));
  const stages = linearLayers(network).map(
    (layer, index): DenseStage => ({
      kind: 'dense',
      name: layer.name,
      inFeatures: layer.inFeatures,
      outFeatures: layer.outFeatures,
      weights: layer.weights,
      bias: layer.bias,
      relu: relu[index],
    }),
  );
  return { stages };
}

function badChain(message: string): WjpegError {
  return new WjpegError('unsupported', 'MODEL_BAD_CHAIN', message);
}
