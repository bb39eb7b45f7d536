import { fuseActivations } from './activation-chain.ts';
import type { DenseNode, Network } from './network.ts';

/** A linear layer as trained: y = W·x + b, W row-major O × I. */
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

/** A feed-forward network with its original weights, the input of compression and of the `dense` path. */
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

/** The nodes of the `dense` path. */
export function denseNodes(network: DenseNetwork): Network {
  const relu = fuseActivations(network.layers.map((layer) => layer.type));
  const nodes = linearLayers(network).map(
    (layer, index): DenseNode => ({
      kind: 'dense',
      name: layer.name,
      inFeatures: layer.inFeatures,
      outFeatures: layer.outFeatures,
      weights: layer.weights,
      bias: layer.bias,
      relu: relu[index],
    }),
  );
  return { nodes };
}
