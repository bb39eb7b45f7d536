import { callback, checkArgument, checkOptions, number, type OptionRule } from '../../options/rules.ts';
import type { BackendName } from './backend.ts';
import { addBackend, type BackendLoader } from './registry.ts';

/** How a backend is registered. */
export interface BackendOptions {
  /**
   * Where the backend stands in `auto`, which takes the available one of the highest priority: `wasm` has 10, `reference` 0.
   * Without it the backend runs only where it is named.
   */
  readonly priority?: number;
}

const NAME: OptionRule = {
  expected: "a name, not 'auto'",
  accepts: (value) => typeof value === 'string' && value !== '' && value !== 'auto',
};

/**
 * Adds a backend, or replaces the one of that name. Sessions then take the name for `backends`, and messages list it.
 *
 * @param load gives the backend; called at its first use, and again for each session
 * @throws WjpegError `ARGUMENT` for a name or loader that is none, `OPTION_…` for unknown or invalid options
 */
export function registerBackend(name: BackendName, load: BackendLoader, options: BackendOptions = {}): void {
  checkArgument('registerBackend', 'name', name, NAME);
  checkArgument('registerBackend', 'load', load, callback);
  checkOptions('registerBackend', options, { priority: number(Number.NEGATIVE_INFINITY) });
  addBackend(name, load, options.priority);
}
