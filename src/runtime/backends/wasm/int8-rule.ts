import type { LinearNode, Network } from '../../../weights/network.ts';
import type { MemoryMode } from '../backend.ts';

/**
 * From which part of weights on, those of dense layers and nonzeros, a chain is multiplied in bytes: where that is faster on digits, one
 * by one and in batches (784-512-10 at 12%: as fast in batches; at 24%: 1.5 times); where it takes less memory, a nonzero taking three
 * bytes; where there is no JPEG to decode again.
 */
const MIN_DENSITY = { speed: 0.2, compact: 1 / 3, stream: 1 };
/** Weights of a chain below which that gains nothing: rounding its inputs takes as long as multiplying them. */
const MIN_WEIGHTS = 8192;
/** Inputs of a layer whose sum cannot leave int32: products of 127 and 127. */
const MAX_INPUTS = Math.floor((2 ** 31 - 1) / (127 * 127));

/**
 * Whether a chain is expanded to bytes where `precision` is `int8`: one that is dense and large enough. It depends on the network alone,
 * so that all engines round the same way.
 */
export function isForInt8({ nodes }: Network, memory: MemoryMode): boolean {
  const weights = sum(nodes, ({ inFeatures, outFeatures }) => inFeatures * outFeatures);
  const kept = sum(nodes, (node) =>
    node.kind === 'dense' ? node.weights.length : node.coefficients.value.length,
  );
  return (
    weights >= MIN_WEIGHTS &&
    kept >= MIN_DENSITY[memory] * weights &&
    nodes.every(({ inFeatures }) => inFeatures <= MAX_INPUTS)
  );
}

function sum(nodes: readonly LinearNode[], of: (node: LinearNode) => number): number {
  return nodes.reduce((total, node) => total + of(node), 0);
}
