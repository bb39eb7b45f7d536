import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build as esbuild } from 'esbuild';
import type { Browser } from 'playwright-core';
import { build as vite } from 'vite';
import { afterAll, beforeAll, expect, it } from 'vitest';
import webpack from 'webpack';
import { launchChromium } from '../../tools/docs/chromium.ts';
import { describeInChromium } from '../in-chromium.ts';
import { type Served, serve } from './serve.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const WORKERS = join(ROOT, 'dist', 'src', 'runtime', 'backends', 'wasm');
const MODEL = 'mnist-lenet5-trained.jpg';

/** Titled with whether three threads answer as one does. */
const PAGE = `import { InferenceSession } from 'wjpeg';
const values = Float32Array.from({ length: 64 * 784 }, (_, at) => ((at * 37) % 101) / 100);
const answer = async (threads) => {
  const session = await InferenceSession.create('/${MODEL}', { threads });
  const logits = await session.runBatch(values, 64);
  session.dispose();
  return logits.join();
};
Promise.all([answer(1), answer(3)]).then(
  ([one, three]) => { document.title = one === three ? 'the same' : 'others'; },
  (error) => { document.title = error.message; },
);`;

const folder = mkdtempSync(join(tmpdir(), 'wjpeg-bundled-'));
const html = (script: string): string =>
  `<!doctype html><link rel="icon" href="data:,"><script type="module" src="/${script}"></script>`;

/** Each with no settings but where its files go; esbuild leaves workers to whoever calls it, as docs/library.md says. */
const BUNDLERS: Readonly<Record<string, (out: string) => Promise<unknown>>> = {
  Vite: (out) => vite({ root: folder, logLevel: 'error', configFile: false, build: { outDir: out } }),
  webpack: (out) =>
    new Promise((resolve, reject) =>
      webpack(
        { mode: 'production', context: folder, entry: './page.js', output: { path: out } },
        (error, result) => (result && !result.hasErrors() ? resolve(result) : reject(error ?? result)),
      ),
    ),
  esbuild: (out) =>
    esbuild({
      bundle: true,
      splitting: true,
      format: 'esm',
      logLevel: 'error',
      outdir: out,
      entryPoints: {
        main: join(folder, 'page.js'),
        'graph-worker': join(WORKERS, 'graph-worker.js'),
        'thread-worker': join(WORKERS, 'thread-worker.js'),
      },
    }),
};

describeInChromium('threads of a convolutional network in a page, bundled', () => {
  let browser: Browser;

  beforeAll(async () => {
    mkdirSync(join(folder, 'node_modules'));
    symlinkSync(ROOT, join(folder, 'node_modules', 'wjpeg'), 'dir');
    writeFileSync(join(folder, 'page.js'), PAGE);
    writeFileSync(join(folder, 'index.html'), html('page.js'));
    browser = await launchChromium();
  });

  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it.each(Object.entries(BUNDLERS))('by %s', async (name, bundle) => {
    const out = join(folder, name);
    await bundle(out);
    const files: Record<string, Served> = {
      '/': { type: 'text/html', body: html('main.js') },
      [`/${MODEL}`]: { type: 'image/jpeg', body: readFileSync(join(ROOT, 'data', MODEL)) },
    };
    for (const file of readdirSync(out, { recursive: true, encoding: 'utf8' })) {
      if (file.endsWith('.js'))
        files[`/${file}`] = { type: 'text/javascript', body: readFileSync(join(out, file)) };
      if (file === 'index.html') files['/'] = { type: 'text/html', body: readFileSync(join(out, file)) };
    }
    const { address, close } = await serve(files);
    const page = await browser.newPage();
    let workers = 0;
    page.on('worker', () => workers++);
    await page.goto(address);
    await page.waitForFunction(() => document.title !== '', undefined, { timeout: 0 });
    expect([await page.title(), workers]).toEqual(['the same', 2]);
    await page.close();
    await close();
  });
});
