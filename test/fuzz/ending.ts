/** Longest wait for a promise before it counts as one that never settles; far beyond what any input may take. */
const MAX_MS = 600_000;

/**
 * Settles as `reading` does; but rejects with an `Error` of its own where `reading` does not settle within `mostMs`, or
 * leaves a rejected promise behind that nobody handles.
 */
export async function ending(reading: Promise<void>, maxMs: number = MAX_MS): Promise<void> {
  const unhandled: unknown[] = [];
  const note = (reason: unknown): void => {
    unhandled.push(reason);
  };
  process.on('unhandledRejection', note);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`did not end within ${maxMs} ms`)), maxMs);
  });
  const outcome = await Promise.race([reading, late]).then(
    () => undefined,
    (error: unknown) => ({ error }),
  );
  clearTimeout(timer);
  // Rejections count as unhandled once a turn of the event loop is over.
  await new Promise((resolve) => setImmediate(resolve));
  process.off('unhandledRejection', note);
  if (unhandled.length > 0) throw new Error(`left a rejection unhandled: ${unhandled[0]}`);
  if (outcome) throw outcome.error;
}
