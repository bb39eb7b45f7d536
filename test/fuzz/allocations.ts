/** Counts the bytes that typed arrays are made with, so that what a reader takes for an input can be held to a cap. */

const KINDS = [
  'Uint8Array',
  'Uint8ClampedArray',
  'Int8Array',
  'Uint16Array',
  'Int16Array',
  'Uint32Array',
  'Int32Array',
  'Float32Array',
  'Float64Array',
] as const;

let counted = 0;
let installed = false;

/**
 * Puts counting constructors in the place of the global ones. Libraries that keep them under names of their own are
 * counted only if they are loaded after this. Copies by `slice` and `map`, which are no larger than what they copy,
 * and views are not counted.
 */
export function countAllocations(): void {
  if (installed) return;
  installed = true;
  const scope = globalThis as unknown as Record<string, new (...args: unknown[]) => ArrayBufferView>;
  for (const kind of KINDS) {
    const original = scope[kind];
    const counting: typeof original = new Proxy(original, {
      construct(target, args, newTarget): ArrayBufferView {
        const array = Reflect.construct(target, args, newTarget === counting ? target : newTarget);
        const isView = args[0] instanceof ArrayBuffer || args[0] instanceof SharedArrayBuffer;
        if (!isView) counted += array.byteLength;
        return array;
      },
    });
    scope[kind] = counting;
  }
}

/** Bytes since the last call. */
export function allocatedBytes(): number {
  const bytes = counted;
  counted = 0;
  return bytes;
}
