import { orderNeurons } from '../compress/neuron-order.ts';
import { loadNetwork } from '../engine/load-network.ts';
import { type DenseLinear, linearLayers } from '../model/dense-network.ts';
import type { Network } from '../model/network.ts';
import { reconstructWeights } from '../model/reconstruct.ts';
import { networkFromStateDict } from '../model/state-dict.ts';
import { readSafetensors } from '../safetensors/read.ts';
import type { WjzFile } from '../wjz/read.ts';

/** The original layers, one for each stored one, neurons in the order of the file. */
export interface OriginalLayers {
  readonly layers: readonly DenseLinear[];
  /** Whether that is the order of energy (`wjpeg compress --order energy`), not the one that they were given in. */
  readonly reordered: boolean;
}

/**
 * Reads the original weights (safetensors) and matches them with a network on the `coefficient` path. Hidden neurons may have
 * been put in order of energy before they were stored, which the file does not say: that order is taken where it brings the
 * weights much nearer to the stored ones. Throws `DENSE_MISMATCH` for a network of other sizes.
 */
export function readOriginal(bytes: Uint8Array, file: WjzFile, stored: Network): OriginalLayers {
  loadNetwork(file, 'dense', { dense: bytes });
  const network = networkFromStateDict(readSafetensors(bytes));
  const kept = linearLayers(network);
  const ordered = linearLayers(orderNeurons(network));
  const stage = stored.stages.findIndex(({ kind }) => kind !== 'dense');
  const compared = stored.stages[stage];
  if (compared === undefined || compared.kind === 'dense') return { layers: kept, reordered: false };
  const weights = reconstructWeights(compared);
  const reordered =
    squaredError(ordered[stage].weights, weights) < MUCH_NEARER * squaredError(kept[stage].weights, weights);
  return { layers: reordered ? ordered : kept, reordered };
}

/** Two networks that have nothing to do with each other come a little nearer in one order or the other, too. */
const MUCH_NEARER = 0.5;

/** Σ (w − ŵ)². */
export function squaredError(original: Float32Array, stored: Float64Array): number {
  return original.reduce((sum, weight, index) => sum + (weight - stored[index]) ** 2, 0);
}
