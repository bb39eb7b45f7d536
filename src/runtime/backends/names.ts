import type { BackendName, MemoryMode, Precision } from './backend.ts';
import { registeredNames } from './registry.ts';

/*
 * Lists of names for those who check or print options: apart from the types, since a page that only runs a network needs none.
 */

/** All backends, our own first. */
export const BACKEND_NAMES: readonly BackendName[] = [
  'wasm',
  'webgpu',
  'reference',
  'gpujs:webgpu',
  'gpujs:webgl',
  'gpujs:wasm',
  'gpujs:cpu',
];

export const PRECISIONS: readonly Precision[] = ['float32', 'int16', 'int8'];

export const MEMORY_MODES: readonly MemoryMode[] = ['speed', 'compact', 'stream'];

/** Names of all backends: those that come with the library, loaded or not, and those that were registered. */
export function backendNames(): readonly BackendName[] {
  return [...new Set([...BACKEND_NAMES, ...registeredNames()])];
}
