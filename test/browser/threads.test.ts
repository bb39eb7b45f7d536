import { existsSync, readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { build } from 'esbuild';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ThreadsPage } from './threads-page.ts';

/** Debian's Chromium; WJPEG_CHROMIUM names another. */
const EXECUTABLE = process.env.WJPEG_CHROMIUM ?? '/usr/bin/chromium';
const here = existsSync(EXECUTABLE);
const ROOT = join(import.meta.dirname, '..', '..');

declare const wjpegTest: ThreadsPage;

describe.skipIf(!here)(here ? 'threads in Chromium' : `skipped, ${EXECUTABLE} is not there`, () => {
  let browser: Browser;
  let server: Server;
  const files = new Map<string, { type: string; body: Uint8Array | string }>();

  beforeAll(async () => {
    const { outputFiles } = await build({
      entryPoints: {
        page: join(import.meta.dirname, 'threads-page.ts'),
        'thread-worker': join(ROOT, 'src', 'engine', 'backends', 'wasm', 'thread-worker.ts'),
      },
      bundle: true,
      format: 'esm',
      target: 'es2022',
      outdir: '/',
      write: false,
      logLevel: 'error',
    });
    for (const { path, contents } of outputFiles)
      files.set(path, { type: 'text/javascript', body: contents });
    const html =
      '<!doctype html><link rel="icon" href="data:,"><script type="module" src="/page.js"></script>';
    files.set('/isolated', { type: 'text/html', body: html });
    files.set('/plain', { type: 'text/html', body: html });
    const model = readFileSync(join(ROOT, 'data', 'mnist-mlp-512-q20.wjz'));
    files.set('/model.wjz', { type: 'application/octet-stream', body: model });
    server = createServer((request, response) => {
      const file = files.get(request.url ?? '');
      if (!file) {
        response.writeHead(404).end();
        return;
      }
      // Workers need the headers too; only the plain page goes without.
      const isolation =
        request.url === '/plain'
          ? {}
          : { 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp' };
      response.writeHead(200, { 'content-type': file.type, ...isolation }).end(file.body);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    browser = await chromium.launch({
      executablePath: EXECUTABLE,
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
      ],
    });
  });

  afterAll(async () => {
    await browser?.close();
    await new Promise((resolve) => server?.close(resolve));
  });

  async function open(path: string): Promise<Page> {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`);
    await page.waitForFunction('globalThis.wjpegTest !== undefined');
    return page;
  }

  it('answer in an isolated page as one thread does', async () => {
    const page = await open('/isolated');
    expect(await page.evaluate(() => wjpegTest.isolated())).toBe(true);
    const one = await page.evaluate(() => wjpegTest.logits('/model.wjz', 1, 200));
    expect(await page.evaluate(() => wjpegTest.logits('/model.wjz', 2, 200))).toEqual(one);
  });

  it('are refused, with the reason, in a page that is not isolated', async () => {
    const page = await open('/plain');
    await expect(page.evaluate(() => wjpegTest.logits('/model.wjz', 2, 200))).rejects.toThrow(
      /no threads: this page is not cross-origin isolated/,
    );
    expect(await page.evaluate(() => wjpegTest.logits('/model.wjz', 1, 3))).toHaveLength(30);
  });
});
