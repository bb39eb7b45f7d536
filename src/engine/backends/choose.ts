import { WjpegError } from '../../errors.ts';
import type { Network } from '../../model/network.ts';
import type { Availability, Backend, BackendName, Executor } from './backend.ts';
import { referenceBackend } from './reference.ts';
import { isNode } from './runtime.ts';

/** Backends in order of preference, or `auto`. */
export type BackendPreference = 'auto' | readonly BackendName[];

/**
 * The order of `auto`. A GPU comes first if it is one: a GPU imitated in software (SwiftShader) is slower than the CPU
 * itself and is passed over, but can be named. In Node a GPU is taken only when it is named: Dawn (the package `webgpu`)
 * is slow to load and prints what it thinks of the drivers. `reference` is for judging and never chosen.
 */
export const AUTO_ORDER: readonly BackendName[] = ['webgpu', 'webgl', 'wasm', 'cpu'];

/** Whether a backend can run here, and on what. */
export async function availability(name: BackendName): Promise<Availability> {
  return (await loadBackend(name)).availability();
}

/** Prepares a network on the first backend of the preference that is there; an error says why none is. */
export async function createPreferredExecutor(
  preference: BackendPreference,
  network: Network,
): Promise<Executor> {
  const automatic = preference === 'auto';
  const reasons: string[] = [];
  for (const name of automatic ? AUTO_ORDER : preference) {
    if (automatic && isGpu(name) && isNode()) continue;
    const backend = await loadBackend(name);
    const state = await backend.availability();
    if (!state.available) reasons.push(`${name}: ${state.reason}`);
    else if (automatic && isGpu(name) && !state.hardware)
      reasons.push(`${name}: only in software (${state.detail})`);
    else return backend.create(network);
  }
  throw new WjpegError(
    'unavailable',
    'BACKEND_UNAVAILABLE',
    `no backend can run here: ${reasons.join('; ') || 'none was named'}`,
  );
}

function isGpu(name: BackendName): boolean {
  return name === 'webgpu' || name === 'webgl';
}

/** gpu.js is large: it is loaded only when a backend of its is asked for, and bundlers can split it off. */
async function loadBackend(name: BackendName): Promise<Backend> {
  if (name === 'reference') return referenceBackend;
  const { gpuJsBackend } = await import('./gpujs/index.ts');
  return gpuJsBackend(name);
}
