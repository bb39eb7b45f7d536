/** Bytes a second of the slow link. */
export const SLOW_BYTES_PER_SECOND = 4096;

/** Least time between two pieces, in milliseconds. */
const PAUSE = 125;

/**
 * Bytes let through no faster than the slow link. The link is slowed here, in the page: a server that only sends files can
 * not do it. What comes while the page is busy waits for it, as on a real link.
 */
export function slowed(bytes: ReadableStream<Uint8Array>): ReadableStream<Uint8Array> {
  const reader = bytes.getReader();
  const start = performance.now();
  let sent = 0;
  let rest: Uint8Array = new Uint8Array(0);
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      if (rest.length === 0) {
        const { done, value } = await reader.read();
        if (done) return controller.close();
        rest = value;
      }
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
      const arrived = Math.floor(((performance.now() - start) / 1000) * SLOW_BYTES_PER_SECOND);
      const piece = rest.slice(0, Math.max(1, arrived - sent));
      sent += piece.length;
      rest = rest.subarray(piece.length);
      controller.enqueue(piece);
    },
    cancel: (reason) => reader.cancel(reason),
  });
}
