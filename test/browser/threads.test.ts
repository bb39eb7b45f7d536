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
    const model = readFileSync(join(ROOT, 'data', 'mnist-mlp-512-q20.wjz'));
    files['/model.wjz'] = { type: 'application/octet-stream', body: model };
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
});
