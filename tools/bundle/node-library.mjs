// What Node.js loads is the same code in few files: it takes some 0.2 ms of processor time for each, and one answer of a convolutional
// network needs 200 of the modules (docs/decisions/0105-library-in-few-files.md). Bundlers of pages have the modules themselves.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { build } from 'esbuild';
import { loadBundledGpuJs } from './gpu-js.mjs';
import { threadWorkerEntries } from './thread-worker.mjs';

/** esbuild imports what may do something when it is loaded; no module here does (`sideEffects` of package.json), but for entries. */
const BARE_IMPORT = /^import "\.[^"]+";\n/gm;

/** Bundles all entries of `exports` together, so that they share every class and every table. Packages stay outside. */
export async function nodeLibrary(dist) {
  const { exports } = JSON.parse(readFileSync('package.json', 'utf8'));
  const entries = Object.values(exports).filter((entry) => entry.node);
  const { outputFiles } = await build({
    entryPoints: [
      ...entries.map((entry) => ({ in: entry.default, out: basename(entry.node, '.js') })),
      ...threadWorkerEntries(dist),
    ],
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    packages: 'external',
    // As it is: minified it starts no sooner.
    minify: false,
    charset: 'utf8',
    plugins: [loadBundledGpuJs('node/parts')],
    outdir: join(dist, 'node'),
    chunkNames: 'parts/[name]-[hash]',
    write: false,
    logLevel: 'warning',
  });
  mkdirSync(join(dist, 'node', 'parts'), { recursive: true });
  for (const { path, text } of outputFiles) writeFileSync(path, text.replaceAll(BARE_IMPORT, ''));
}
