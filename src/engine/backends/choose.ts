import { WjpegError } from '../../errors.ts';
import type { Network } from '../../model/network.ts';
import type { BackendName, Executor, ExecutorOptions } from './backend.ts';
import { findBackend } from './registry.ts';

/** A backend, several in order of preference, or `auto`. */
export type BackendPreference = 'auto' | BackendName | readonly BackendName[];

/**
 * The order of `auto`: the CPU's own kernels, which answer before a GPU has been asked (docs/performance.md), and plain
 * TypeScript where there is no WebAssembly. Whoever has a network large enough for a GPU names it.
 */
export const AUTO_ORDER: readonly BackendName[] = ['wasm', 'reference'];

/** Prepares a network on the first backend of the preference that is there; an error says why none is. */
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
    `no backend can run here: ${reasons.join('; ') || 'none was named'}`,
  );
}
