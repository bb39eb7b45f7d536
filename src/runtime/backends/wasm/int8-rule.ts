import type { LinearNode, Network } from '../../../weights/network.ts';
import type { MemoryMode } from '../backend.ts';
import { MAX_INPUTS } from './int8-layer.ts';
import { INT8_DENSITY, INT8_MIN_WEIGHTS } from './tuning.ts';

/**
 * Whether a chain is expanded to bytes where `precision` is `int8`: one that is dense and large enough. It depends on the network alone, so that all
 * engines round the same way.
 */
export function isForInt8({ nodes }: Network, memory: Exclude<MemoryMode, 'stream'>): boolean {
  const weights = sum(nodes, ({ inFeatures, outFeatures }) => inFeatures * outFeatures);
  const kept = sum(nodes, (node) =>
    node.kind === 'dense' ? node.weights.length : node.coefficients.value.length,
  );
  return (
    weights >= INT8_MIN_WEIGHTS &&
    kept >= INT8_DENSITY[memory] * weights &&
    nodes.every(({ inFeatures }) => inFeatures <= MAX_INPUTS)
  );
}

function sum(nodes: readonly LinearNode[], of: (node: LinearNode) => number): number {
  return nodes.reduce((total, node) => total + of(node), 0);
}
