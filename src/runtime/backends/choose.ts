import { WjpegError } from '../../errors.ts';
import type { Backend, BackendName } from './backend.ts';
import { autoOrder, findBackend } from './registry.ts';

/**
 * A backend, several in order of preference, or `auto`: the available one of the highest priority, `wasm` unless another was
 * registered. Name a GPU backend for networks large enough for one.
 */
export type BackendPreference = 'auto' | BackendName | readonly BackendName[];

/** A backend that can run here. */
export interface ChosenBackend {
  readonly name: BackendName;
  readonly backend: Backend;
}

/** The first available backend of the preference; the error states why none is available. */
export async function preferredBackend(preference: BackendPreference): Promise<ChosenBackend> {
  const reasons: string[] = [];
  for (const name of preference === 'auto' ? autoOrder() : [preference].flat()) {
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
