// What threads of the wasm backend run, below dist/src.
import { join } from 'node:path';
import { build } from 'esbuild';

/** Takes the few modules that it needs, not the core. */
export const THREAD_WORKER = 'runtime/backends/wasm/thread-worker.js';
/** Runs graphs, and takes much of the library. */
const GRAPH_WORKER = 'runtime/backends/wasm/graph-worker.js';

/** For bundles in pieces: beside the pieces that start threads, which look for them there by `new URL(…, import.meta.url)`. */
export function threadWorkerEntries(dist) {
  return [THREAD_WORKER, GRAPH_WORKER].map((file) => ({
    in: `${dist}/src/${file}`,
    out: `parts/${/[^/]+(?=\.js$)/.exec(file)[0]}`,
  }));
}

/**
 * Puts all that the worker of graphs imports into its file. Of the core's modules it has its own: from the core imports lead to what
 * starts it, and bundlers of pages refuse circles of workers. They take one file, and have nothing to split.
 */
export async function bundleGraphWorker(dist) {
  await build({
    entryPoints: [join('src', GRAPH_WORKER.replace(/js$/, 'ts'))],
    outfile: join(dist, 'src', GRAPH_WORKER),
    bundle: true,
    format: 'esm',
    target: 'es2022',
    charset: 'utf8',
    plugins: [withoutThreads],
    logLevel: 'warning',
  });
}

/** What starts threads of its own is loaded on demand; here that is never asked for. */
const withoutThreads = {
  name: 'without-threads',
  setup({ onLoad, onResolve }) {
    onResolve({ filter: /^\.\/(threads|int8-threads|split-executor)\.[jt]s$/ }, ({ path }) => ({
      path,
      namespace: 'none',
    }));
    onLoad({ filter: /.*/, namespace: 'none' }, () => ({ contents: 'export {};' }));
  },
};
