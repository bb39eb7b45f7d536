import type { Backend, BackendName } from './backend.ts';
import { wasmBackend } from './wasm/index.ts';

/** Loads a backend, at its first use. */
export type BackendLoader = () => Promise<Backend>;

/** Loader and priority by name. Without a priority a backend is never part of `auto`. */
const registered = new Map<BackendName, readonly [load: BackendLoader, priority: number | undefined]>([
  ['reference', [async () => (await import('./reference.ts')).referenceBackend, 0]],
  ['wasm', [async () => wasmBackend, 10]],
]);

/** `registerBackend` without the checks of its arguments. */
export function addBackend(name: BackendName, load: BackendLoader, priority?: number): void {
  registered.set(name, [load, priority]);
}

/** Names of the backends that were registered. */
export function registeredNames(): Iterable<BackendName> {
  return registered.keys();
}

/**
 * The order of `auto`, highest priority first. Of those that come with wjpeg: our CPU kernels, which answer before a GPU
 * would have started, then plain TypeScript without WebAssembly (docs/decisions/0013-auto-cpu-only.md).
 */
export function autoOrder(): BackendName[] {
  return [...registered]
    .flatMap(([name, [, priority]]) => (priority === undefined ? [] : [{ name, priority }]))
    .sort((a, b) => b.priority - a.priority)
    .map(({ name }) => name);
}

/** The backend of that name; one that is not registered reports the reason why it cannot run. */
export async function findBackend(name: BackendName): Promise<Backend> {
  const [load] = registered.get(name) ?? [];
  return load ? load() : (await import('./missing.ts')).missingBackend(name);
}
