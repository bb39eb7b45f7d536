import { WjpegError } from '../../errors.ts';
import type { Backend, BackendName } from './backend.ts';
import { findBackend } from './registry.ts';

/** A backend, several in order of preference, or `auto`. */
export type BackendPreference = 'auto' | BackendName | readonly BackendName[];

/**
 * The order of `auto`: our CPU kernels, which answer before a GPU would have started, and plain TypeScript without
 * WebAssembly (docs/decisions/0013-auto-cpu-only.md). Name a GPU backend for networks large enough for one.
 */
export const AUTO_ORDER: readonly BackendName[] = ['wasm', 'reference'];

/** A backend that can run here. */
export interface ChosenBackend {
  readonly name: BackendName;
  readonly backend: Backend;
}

/** The first available backend of the preference; the error states why none is available. */
export async function preferredBackend(preference: BackendPreference): Promise<ChosenBackend> {
  const reasons: string[] = [];
  for (const name of preference === 'auto' ? AUTO_ORDER : [preference].flat()) {
    const backend = await findBackend(name);
    const state = await backend.availability();
    if (state.available) return { name, backend };
    reasons.push(`${name}: ${state.reason}`);
  }
  throw new WjpegError(
    'unavailable',
    'BACKEND_UNAVAILABLE',
    `no backend is available: ${reasons.join('; ') || 'the list of backends is empty'}`,
  );
}
