import type { NodeWay, ResidentBytes } from './backend.ts';

/** A node with its bytes in both places. */
export type PlacedNode = NodeWay & { readonly name: string; readonly host: number; readonly device: number };

/** Bytes of nodes on the host and on the device, in the form executors report. */
export function residentOf(nodes: readonly PlacedNode[]): ResidentBytes {
  return {
    host: nodes.reduce((sum, { host }) => sum + host, 0),
    device: nodes.reduce((sum, { device }) => sum + device, 0),
    nodes: nodes.map(({ host, device, ...node }) => ({ ...node, bytes: host + device })),
  };
}
