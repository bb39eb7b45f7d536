import { join } from 'node:path';
import { build } from 'esbuild';
import { ISOLATION, type Served } from './serve.ts';

/** What loads /page.js, and asks for no icon. */
export const PAGE: Served = {
  type: 'text/html',
  body: '<!doctype html><link rel="icon" href="data:,"><script type="module" src="/page.js"></script>',
};

const worker = (name: string): string =>
  join(import.meta.dirname, `../../src/runtime/backends/wasm/${name}.ts`);

/**
 * A page of this folder, bundled as /page.js with the workers of threads beside it, by their addresses. All are served
 * with what isolates pages: workers need it, too.
 */
export async function isolatedScripts(page: string): Promise<Record<string, Served>> {
  const { outputFiles } = await build({
    entryPoints: {
      page: join(import.meta.dirname, page),
      'thread-worker': worker('thread-worker'),
      'graph-worker': worker('graph-worker'),
    },
    bundle: true,
    format: 'esm',
    target: 'es2022',
    outdir: '/',
    write: false,
    logLevel: 'error',
  });
  return Object.fromEntries(
    outputFiles.map(({ path, contents }) => [
      path,
      { type: 'text/javascript', body: contents, headers: ISOLATION },
    ]),
  );
}
