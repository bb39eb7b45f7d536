/** Bytes a second of the slow link. */
export const SLOW_BYTES_PER_SECOND = 4096;

/** Pieces a second. */
const PIECES = 8;

/**
 * Bytes let through no faster than the slow link. The link is slowed here, in the page: a server that only sends files can
 * not do it.
 */
export function slowed(bytes: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
  const reader = bytes.getReader();
  const piece = SLOW_BYTES_PER_SECOND / PIECES;
  let rest: Uint8Array = new Uint8Array(0);
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      if (rest.length === 0) {
        const { done, value } = await reader.read();
        if (done) return controller.close();
        rest = value;
      }
      await new Promise((resolve) => setTimeout(resolve, 1000 / PIECES));
      controller.enqueue(rest.slice(0, piece));
      rest = rest.subarray(piece);
    },
    cancel: (reason) => reader.cancel(reason),
  });
}
