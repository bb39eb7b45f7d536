import { WjpegError } from '../../errors.ts';
import type { Network } from '../../model/network.ts';
import type { BackendName, Executor, ExecutorOptions } from './backend.ts';
import { findBackend } from './registry.ts';

/** A backend, several in order of preference, or `auto`. */
export type BackendPreference = 'auto' | BackendName | readonly BackendName[];

/**
 * The order of `auto`: our CPU kernels, which answer before a GPU would have started (docs/performance.md), and plain
 * TypeScript without WebAssembly. Name a GPU backend for networks large enough for one.
 */
export const AUTO_ORDER: readonly BackendName[] = ['wasm', 'reference'];

/** Prepares a network on the first available backend of the preference; the error states why none is available. */
export async function createPreferredExecutor(
  preference: BackendPreference,
  network: Network,
  options: ExecutorOptions,
): Promise<Executor> {
  const reasons: string[] = [];
  for (const name of preference === 'auto' ? AUTO_ORDER : [preference].flat()) {
    const backend = await findBackend(name);
    const state = await backend.availability();
    if (state.available) return backend.create(network, options);
    reasons.push(`${name}: ${state.reason}`);
  }
  throw new WjpegError(
    'unavailable',
    'BACKEND_UNAVAILABLE',
    `no backend is available: ${reasons.join('; ') || 'the list of backends is empty'}`,
  );
}
