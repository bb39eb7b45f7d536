import { WjpegError } from '../../errors.ts';
import type { Availability, Backend, BackendName } from './backend.ts';
import { wasmBackend } from './wasm/index.ts';

const loaders = new Map<BackendName, () => Promise<Backend>>([
  ['reference', async () => (await import('./reference.ts')).referenceBackend],
  ['wasm', async () => wasmBackend],
]);

/** Registers a backend under its name; `load` is called at its first use. */
export function registerBackend(name: BackendName, load: () => Promise<Backend>): void {
  loaders.set(name, load);
}

/** Names of the backends that were registered. */
export function registeredNames(): Iterable<BackendName> {
  return loaders.keys();
}

/** The backend of that name; one that is not registered reports the reason why it cannot run. */
export async function findBackend(name: BackendName): Promise<Backend> {
  const load = loaders.get(name);
  return load ? load() : missing(name);
}

/** GPU backends, and all of gpu.js's, are a separate module, so that pages without them do not load it. */
function missing(name: BackendName): Backend {
  const reason = `not loaded: import 'wjpeg/gpu' brings it`;
  return {
    availability: async (): Promise<Availability> => ({ available: false, reason }),
    create: async () => {
      throw new WjpegError('unavailable', 'BACKEND_UNAVAILABLE', `${name}: ${reason}`);
    },
  };
}
