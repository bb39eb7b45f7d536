import { moduleOf } from '../../../../kernels/embedded.ts';
import { type ModuleName, unpackedModule } from './module.ts';

/** Prepares a loaded module for memory shared between threads: only the flags of the import change. */
export function shareModule(name: ModuleName): WebAssembly.Module {
  return moduleOf(`${name} shared`, () => {
    const bytes = unpackedModule(name).slice();
    bytes[memoryFlags(bytes)] = SHARED_WITH_MAXIMUM;
    return bytes;
  });
}

const WITH_MAXIMUM = 1;
const SHARED_WITH_MAXIMUM = 3;
/** The import of `env.memory` up to its flags: two names with their lengths, then the kind, 2 for a memory. */
const MEMORY_IMPORT = [3, ...ascii('env'), 6, ...ascii('memory'), 2];

function memoryFlags(bytes: Uint8Array): number {
  for (let at = 0; at + MEMORY_IMPORT.length < bytes.length; at++) {
    if (MEMORY_IMPORT.every((byte, i) => bytes[at + i] === byte)) {
      const flags = at + MEMORY_IMPORT.length;
      if (bytes[flags] === WITH_MAXIMUM) return flags;
    }
  }
  throw new Error('the kernels import no memory with a maximum');
}

function ascii(text: string): number[] {
  return [...text].map((character) => character.charCodeAt(0));
}
