import { prepareGraph } from '../compress/graph/compress-graph.ts';
import { weightedNode } from '../compress/graph/weighted.ts';
import { orderNeurons } from '../compress/neuron-order.ts';
import { WjpegError } from '../errors.ts';
import { weightLayers } from '../format/graph-manifest.ts';
import type { WjzFile } from '../format/read.ts';
import { findOperator } from '../operators/index.ts';
import type { DenseSource } from '../runtime/load-network.ts';
import { originalChain, originalGraph } from '../runtime/original.ts';
import { type DenseLinear, linearLayers } from '../weights/dense-network.ts';
import type { LinearNode } from '../weights/network.ts';
import { reconstructWeights } from '../weights/reconstruct.ts';

/** The original layers, one per stored one, neurons in the order of the file. */
export interface OriginalLayers {
  readonly layers: readonly DenseLinear[];
  /** Whether that is the order of energy (`wjpeg compress --order energy`) instead of the original order. */
  readonly reordered: boolean;
  /** Kernels of convolutions, batch norms folded in, O×I×KH×KW, by the names of the layers. */
  readonly kernels: ReadonlyMap<string, Float32Array>;
}

/**
 * Reads the original network and matches its layers with the stored ones. Hidden neurons of a chain may have been sorted by
 * energy before they were stored, which the file does not record: that order is used if it brings the weights much closer to
 * the stored ones. Throws `DENSE_MISMATCH` for another network.
 */
export function readOriginal(
  source: DenseSource,
  file: WjzFile,
  stored: readonly LinearNode[],
): OriginalLayers {
  if (file.manifest.outputs !== undefined) return originalsByName(source, file);
  const network = originalChain(file, source);
  const kernels = new Map<string, Float32Array>();
  const kept = linearLayers(network);
  const ordered = linearLayers(orderNeurons(network));
  const node = stored.findIndex(({ kind }) => kind !== 'dense');
  const compared = stored[node];
  if (compared === undefined || compared.kind === 'dense') return { layers: kept, reordered: false, kernels };
  const weights = reconstructWeights(compared);
  const reordered =
    squaredError(ordered[node].weights, weights) < MUCH_NEARER * squaredError(kept[node].weights, weights);
  return { layers: reordered ? ordered : kept, reordered, kernels };
}

/** The layers of a graph as they were before they were stored, batch norms folded, told by their names. */
function originalsByName(source: DenseSource, file: WjzFile): OriginalLayers {
  const { nodes } = prepareGraph(originalGraph(file, source));
  const byName = new Map(nodes.map((node) => [node.outputs[0], weightedNode(node)?.matrix]));
  const layers = weightLayers(file.manifest).map(({ name }) => {
    const found = byName.get(name);
    if (found) return found;
    throw new WjpegError('misuse', 'DENSE_MISMATCH', `the dense model has no layer '${name}'`);
  });
  const kernels = new Map(
    nodes.flatMap(({ operator, outputs, constants }) => {
      const key = findOperator(operator)?.kernels;
      return key && constants[key] ? [[outputs[0], constants[key].values] as const] : [];
    }),
  );
  return { layers, reordered: false, kernels };
}

/** Even two unrelated networks are slightly closer in one of the two orders. */
const MUCH_NEARER = 0.5;

/** Σ (w − ŵ)². */
export function squaredError(original: Float32Array, stored: Float64Array): number {
  return original.reduce((sum, weight, index) => sum + (weight - stored[index]) ** 2, 0);
}
