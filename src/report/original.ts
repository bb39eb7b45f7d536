import { prepareGraph } from '../compress/graph/compress-graph.ts';
import { weightedNode } from '../compress/graph/weighted.ts';
import { orderNeurons } from '../compress/neuron-order.ts';
import { WjpegError } from '../errors.ts';
import { weightLayers } from '../format/graph-manifest.ts';
import type { WjzFile } from '../format/read.ts';
import { isOnnxModel } from '../importers/file-kinds.ts';
import { importOnnx } from '../importers/onnx/index.ts';
import { readWeights } from '../importers/read-weights.ts';
import { denseNode, denseTensors } from '../runtime/graph/stored-graph.ts';
import { loadNetwork } from '../runtime/load-network.ts';
import { type DenseLinear, linearLayers } from '../weights/dense-network.ts';
import type { LinearNode } from '../weights/network.ts';
import { reconstructWeights } from '../weights/reconstruct.ts';

/** The original layers, one per stored one, neurons in the order of the file. */
export interface OriginalLayers {
  readonly layers: readonly DenseLinear[];
  /** Whether that is the order of energy (`wjpeg compress --order energy`) instead of the original order. */
  readonly reordered: boolean;
}

/**
 * Reads the original weights (safetensors) and matches them with the stored layers. Hidden neurons
 * may have been sorted by energy before they were stored, which the file does not record: that order is used if it
 * brings the weights much closer to the stored ones. Throws `DENSE_MISMATCH` for a network of other sizes.
 */
export function readOriginal(
  bytes: Uint8Array,
  file: WjzFile,
  stored: readonly LinearNode[],
): OriginalLayers {
  if (file.manifest.outputs !== undefined) return { layers: originalsByName(bytes, file), reordered: false };
  loadNetwork(file, 'dense', { dense: bytes });
  const network = readWeights(bytes, { like: file.manifest.layers });
  const kept = linearLayers(network);
  const ordered = linearLayers(orderNeurons(network));
  const node = stored.findIndex(({ kind }) => kind !== 'dense');
  const compared = stored[node];
  if (compared === undefined || compared.kind === 'dense') return { layers: kept, reordered: false };
  const weights = reconstructWeights(compared);
  const reordered =
    squaredError(ordered[node].weights, weights) < MUCH_NEARER * squaredError(kept[node].weights, weights);
  return { layers: reordered ? ordered : kept, reordered };
}

/** The layers of a graph, which are told by their names. */
function originalsByName(bytes: Uint8Array, file: WjzFile): DenseLinear[] {
  if (isOnnxModel(bytes)) return originalsOfOnnx(bytes, file);
  const tensors = denseTensors({ dense: bytes });
  return file.manifest.layers.flatMap((layer) => {
    if (layer.type !== 'linear') return [];
    const { name, inFeatures, outFeatures, weights, bias } = denseNode(layer, tensors);
    return [{ type: 'linear' as const, name, inFeatures, outFeatures, weights, bias }];
  });
}

/** The weights of an ONNX model as they were before they were stored, batch norms folded; none for layers that it has not. */
function originalsOfOnnx(bytes: Uint8Array, file: WjzFile): DenseLinear[] {
  const { input } = file.manifest;
  const inputShapes = input.kind === 'image' ? { '': [input.channels, input.height, input.width] } : {};
  const { nodes } = prepareGraph(importOnnx(bytes, { inputShapes, channelsFirst: true }).graph);
  const byName = new Map(nodes.map((node) => [node.outputs[0], weightedNode(node)?.matrix]));
  return weightLayers(file.manifest).map(({ name }) => {
    const found = byName.get(name);
    if (found) return found;
    throw new WjpegError('misuse', 'DENSE_MISMATCH', `the dense model has no layer '${name}'`);
  });
}

/** Even two unrelated networks are slightly closer in one of the two orders. */
const MUCH_NEARER = 0.5;

/** Σ (w − ŵ)². */
export function squaredError(original: Float32Array, stored: Float64Array): number {
  return original.reduce((sum, weight, index) => sum + (weight - stored[index]) ** 2, 0);
}
