import type { ResidentBytes } from './backend.ts';

/** Bytes of stages on the host and on the device, in the form executors report. */
export function residentOf(
  stages: readonly { readonly name: string; readonly host: number; readonly device: number }[],
): ResidentBytes {
  return {
    host: stages.reduce((sum, { host }) => sum + host, 0),
    device: stages.reduce((sum, { device }) => sum + device, 0),
    stages: stages.map(({ name, host, device }) => ({ name, bytes: host + device })),
  };
}
