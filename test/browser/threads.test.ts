import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isolatedScripts, PAGE } from './isolated-page.ts';
import { ISOLATION, type Served, serve } from './serve.ts';
import type { ThreadsPage } from './threads-page.ts';

/** Debian's Chromium; WJPEG_CHROMIUM names another. */
const EXECUTABLE = process.env.WJPEG_CHROMIUM ?? '/usr/bin/chromium';
const here = existsSync(EXECUTABLE);
const ROOT = join(import.meta.dirname, '..', '..');

declare const wjpegTest: ThreadsPage;

describe.skipIf(!here)(here ? 'threads in Chromium' : `skipped, ${EXECUTABLE} is not there`, () => {
  let browser: Browser;
  let server: Awaited<ReturnType<typeof serve>>;

  beforeAll(async () => {
    const files: Record<string, Served> = {
      '/isolated': { ...PAGE, headers: ISOLATION },
      '/plain': PAGE,
      ...(await isolatedScripts('threads-page.ts')),
    };
    for (const [path, name] of [
      ['/model.wjz', 'mnist-mlp-512-q20.wjz'],
      ['/convolutions.jpg', 'mnist-lenet5-trained.jpg'],
    ]) {
      const body = readFileSync(join(ROOT, 'data', name));
      files[path] = { type: 'application/octet-stream', body };
    }
    server = await serve(files);
    browser = await chromium.launch({
      executablePath: EXECUTABLE,
      timeout: 0,
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
    await server?.close();
  });

  async function open(path: string): Promise<Page> {
    const page = await browser.newPage();
    page.setDefaultTimeout(0);
    await page.goto(`${server.address}${path}`);
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

  it.each(['/isolated', '/plain'])('of convolutional networks answer in any page: %s', async (path) => {
    const page = await open(path);
    const workers: string[] = [];
    page.on('worker', (worker) => workers.push(new URL(worker.url()).pathname));
    const one = await page.evaluate(() => wjpegTest.logits('/convolutions.jpg', 1, 64));
    expect(workers).toEqual([]);
    expect(await page.evaluate(() => wjpegTest.logits('/convolutions.jpg', 3, 64))).toEqual(one);
    expect(workers).toEqual(['/graph-worker.js', '/graph-worker.js']);
    await expect.poll(() => page.workers()).toEqual([]);
  });

  it('whose script cannot be loaded are refused', async () => {
    const page = await open('/plain');
    await page.route('**/graph-worker.js', (route) => route.abort());
    await expect(page.evaluate(() => wjpegTest.logits('/convolutions.jpg', 2, 64))).rejects.toThrow(
      /the wasm backend lost a thread: its script failed to load/,
    );
  });
});
