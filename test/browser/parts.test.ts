import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { relativeError } from '../../src/runtime/oracle.ts';
import { InferenceSession } from '../../src/runtime/session.ts';
import { Host, type Hosted, MODEL } from '../parts/host.ts';
import { byParts, embedded, strokes } from '../parts/models.ts';
import type { PartsPage } from './parts-page.ts';

/** Debian's Chromium; WJPEG_CHROMIUM names another. */
const EXECUTABLE = process.env.WJPEG_CHROMIUM ?? '/usr/bin/chromium';
const here = existsSync(EXECUTABLE);
const title = here ? 'in Chromium' : `in Chromium: skipped, ${EXECUTABLE} is not there`;

/** No code from text, no code from elsewhere, nothing inline; WebAssembly may be compiled. */
const POLICY = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'";
const PAGE = {
  type: 'text/html',
  body: '<!doctype html><script type="module" src="/parts-page.js"></script>',
};
const LINK = 10 * 1024;

const ordinary = embedded('mnist-mlp-512-q20');
const progressive = byParts(ordinary);
const trained = embedded('mnist-mlp-512-trained');
const input = [...strokes(1)[0]];

declare const partsTest: PartsPage;

/** As a host has them: minified, in parts, gzipped. */
async function scripts(): Promise<Record<string, Hosted>> {
  const { outputFiles } = await build({
    entryPoints: ['parts-page.ts', 'parts-worker.ts'].map((name) => join(import.meta.dirname, name)),
    bundle: true,
    minify: true,
    splitting: true,
    format: 'esm',
    target: 'es2022',
    write: false,
    outdir: '/',
    logLevel: 'error',
  });
  const headers = { 'content-encoding': 'gzip', 'content-security-policy': POLICY };
  return Object.fromEntries(
    outputFiles.map(({ path, contents }) => [
      `/${basename(path)}`,
      { type: 'text/javascript', body: gzipSync(contents), headers },
    ]),
  );
}

describe.skipIf(!here)(title, () => {
  let browser: Browser;
  let page: Page;
  let host: Host;
  const complaints: string[] = [];

  async function openPage(): Promise<Page> {
    const opened = await (await browser.newContext()).newPage();
    opened.setDefaultTimeout(0);
    opened.on('pageerror', (error) => complaints.push(error.message));
    opened.on('console', (message) => {
      // Chromium itself reports connections that the host cuts.
      if (message.type() === 'error' && !message.text().includes('net::ERR_'))
        complaints.push(message.text());
    });
    return opened;
  }

  async function show(opened: Page, path = '/'): Promise<void> {
    await opened.goto(`${host.address}${path}`);
    await opened.waitForFunction('globalThis.partsTest !== undefined');
  }

  async function inNode(model: Uint8Array): Promise<Float32Array> {
    const session = await InferenceSession.create(model, { backends: ['reference'] });
    const { logits } = await session.infer(Float32Array.from(input));
    session.dispose();
    return logits;
  }

  beforeAll(async () => {
    host = await Host.open({
      '/': { ...PAGE, headers: { 'content-security-policy': POLICY } },
      '/no-wasm': {
        ...PAGE,
        headers: { 'content-security-policy': "default-src 'self'; script-src 'self'" },
      },
      '/favicon.ico': { type: 'image/x-icon', body: '' },
      ...(await scripts()),
    });
    browser = await chromium.launch({
      executablePath: EXECUTABLE,
      timeout: 0,
      args: [
        '--no-sandbox',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
      ],
    });
    page = await openPage();
    await show(page);
  });

  afterAll(async () => {
    await browser?.close();
    await host?.close();
  });

  it('runs on a page that forbids code from text', async () => {
    expect(await page.evaluate(() => partsTest.mayEvaluate)).toBe(false);
  });

  it('answers without WebAssembly where the page forbids that, too', async () => {
    const strictest = await openPage();
    host.offer(ordinary);
    await show(strictest, '/no-wasm');
    const { logits, backend } = await strictest.evaluate(
      ([address, values]) => partsTest.answer('URL', address, values, false),
      [MODEL, input] as const,
    );
    expect(backend).toBe('reference');
    expect(relativeError(Float32Array.from(logits), await inNode(ordinary))).toBeLessThanOrEqual(1e-5);
    await strictest.context().close();
    // Chromium says what it has forbidden.
    expect(complaints.every((text) => text.includes('Content Security Policy'))).toBe(true);
    complaints.length = 0;
  });

  for (const byPartsToo of [false, true]) {
    it.each(['URL', 'Response', 'File', 'bytes'])(
      `opens a %s${byPartsToo ? ' by parts' : ''}, and answers as Node does`,
      async (source) => {
        host.offer(progressive);
        const { logits, backend } = await page.evaluate(
          ([name, address, values, parts]) => partsTest.answer(name, address, values, parts),
          [source, MODEL, input, byPartsToo] as const,
        );
        expect(backend).toBe('wasm');
        expect(relativeError(Float32Array.from(logits), await inNode(ordinary))).toBeLessThanOrEqual(1e-5);
      },
    );
  }

  it('works in a worker', async () => {
    host.offer(progressive);
    const { logits, backend } = await page.evaluate(
      ([address, values]) => partsTest.inWorker(address, values),
      [MODEL, input] as const,
    );
    expect(backend).toBe('wasm');
    expect(relativeError(Float32Array.from(logits), await inNode(ordinary))).toBeLessThanOrEqual(1e-5);
  });

  it('answers before all is there, and goes on where a connection broke', async () => {
    let cut = () => {};
    const answered = new Promise<void>((resolve) => {
      cut = resolve;
    });
    host.offer(progressive, { cuts: [25_000], beforeCut: () => answered });
    const { received, complete, first } = await page.evaluate(
      ([address, values]) => partsTest.byParts(address, values),
      [MODEL, input] as const,
    );
    cut();
    const last = await page.evaluate((values) => partsTest.rest(values), input);
    const expected = await inNode(ordinary);
    expect(complete).toBe(false);
    expect(received).toBeLessThan(progressive.length);
    expect(relativeError(Float32Array.from(first.logits), expected)).toBeGreaterThan(1e-3);
    expect(relativeError(Float32Array.from(last.logits), expected)).toBeLessThanOrEqual(1e-5);
    // What Chromium had not handed over when the connection broke is asked for again.
    expect(host.ranges).toHaveLength(2);
    const [, from] = /^bytes=(\d+)-$/.exec(host.ranges[1] ?? '') ?? [];
    expect(Number(from)).toBeGreaterThan(0);
    expect(Number(from)).toBeLessThanOrEqual(25_000);
  });

  it('answers over a link of 10 KB/s; how soon is printed', async () => {
    const expected = await inNode(trained);
    const slow = await openPage();
    const devtools = await slow.context().newCDPSession(slow);
    await devtools.send('Network.enable');
    await devtools.send('Network.emulateNetworkConditions', {
      offline: false,
      latency: 0,
      downloadThroughput: LINK,
      uploadThroughput: LINK,
    });
    host.offer(trained);
    const start = performance.now();
    await show(slow);
    const loaded = performance.now() - start;
    const { milliseconds } = await slow.evaluate(([address, values]) => partsTest.byParts(address, values), [
      MODEL,
      input,
    ] as const);
    const last = await slow.evaluate((values) => partsTest.rest(values), input);
    const whole = performance.now() - start;
    console.log(
      `first answer of ${trained.length} bytes at 10 KB/s, cold: ${(milliseconds / 1000).toFixed(2)} s after the page has ` +
        `its script; the script takes ${(loaded / 1000).toFixed(2)} s, all together ${(whole / 1000).toFixed(2)} s`,
    );
    expect(relativeError(Float32Array.from(last.logits), expected)).toBeLessThanOrEqual(1e-5);
    await slow.context().close();
  });

  it('left no error on the page', () => {
    expect(complaints).toEqual([]);
  });
});
