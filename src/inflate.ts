/**
 * Raw deflate data, inflated by Node.js at once: its streams take 10 ms to load.
 *
 * @throws RangeError if it holds more than `maxBytes`
 */
export function inflateInNode(packed: Uint8Array, maxBytes = 2 ** 32): Uint8Array {
  return process.getBuiltinModule('node:zlib').inflateRawSync(packed, {
    maxOutputLength: maxBytes || 1,
    // What is too long is then found before what is damaged behind it.
    chunkSize: Math.min(Math.max(64, maxBytes + 1), 2 ** 20),
  });
}

/** Raw deflate data as a browser inflates it: piece after piece, as it cuts a Blob, so that reading can stop in between. */
export function inflateInPage(packed: Uint8Array): ReadableStream<Uint8Array<ArrayBuffer>> {
  return new Blob([packed as Uint8Array<ArrayBuffer>])
    .stream()
    .pipeThrough(new DecompressionStream('deflate-raw'));
}
