import type { ResidentBytes } from './backend.ts';

/** Bytes of several networks together, the nodes of one after those of another. */
export function residentTogether(all: readonly ResidentBytes[]): ResidentBytes {
  return {
    host: all.reduce((sum, { host }) => sum + host, 0),
    device: all.reduce((sum, { device }) => sum + device, 0),
    nodes: all.flatMap(({ nodes }) => nodes),
  };
}

/** Bytes of the same nodes that are held several times: by threads, or in several forms. */
export function sumOfResident(all: readonly ResidentBytes[]): ResidentBytes {
  return {
    ...residentTogether(all),
    nodes: all[0].nodes.map((node, index) => ({
      ...node,
      bytes: all.reduce((sum, { nodes }) => sum + nodes[index].bytes, 0),
    })),
  };
}
