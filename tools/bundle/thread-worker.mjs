/** Runs in a thread of its own: it takes the few modules that it needs, not the core. Below dist/src. */
export const THREAD_WORKER = 'runtime/backends/wasm/thread-worker.js';

/** For bundles in pieces: beside the piece that starts threads, which looks for it there by `new URL(…, import.meta.url)`. */
export function threadWorkerEntry(dist) {
  return { in: `${dist}/src/${THREAD_WORKER}`, out: 'parts/thread-worker' };
}
