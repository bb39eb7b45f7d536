import type { ResidentBytes } from './backend.ts';

/** Bytes of nodes on the host and on the device, in the form executors report. */
export function residentOf(
  nodes: readonly { readonly name: string; readonly host: number; readonly device: number }[],
): ResidentBytes {
  return {
    host: nodes.reduce((sum, { host }) => sum + host, 0),
    device: nodes.reduce((sum, { device }) => sum + device, 0),
    nodes: nodes.map(({ name, host, device }) => ({ name, bytes: host + device })),
  };
}
