import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GPU_JS_BACKENDS } from '../../src/runtime/backends/gpujs/names.ts';
import { relativeError } from '../../src/runtime/oracle.ts';
import { InferenceSession } from '../../src/runtime/session.ts';
import { operationCases } from '../kernels/operation-cases.ts';
import { PAGE } from './isolated-page.ts';
import type { BrowserPage } from './page.ts';
import { serve } from './serve.ts';

/** Debian's Chromium; WJPEG_CHROMIUM names another. */
const EXECUTABLE = process.env.WJPEG_CHROMIUM ?? '/usr/bin/chromium';
const here = existsSync(EXECUTABLE);
const title = here ? 'in Chromium' : `in Chromium: skipped, ${EXECUTABLE} is not there`;

const DATA = join(import.meta.dirname, '..', '..', 'data');
const BACKENDS = ['webgpu', ...GPU_JS_BACKENDS] as const;
const model = readFileSync(join(DATA, 'mnist-mlp-512-q20.wjz'));
const png = readFileSync(join(DATA, 'pictures', 'digit-7.png'));
const jpeg = readFileSync(join(DATA, 'pictures', 'digit-3-grey.jpg'));

/** GPUs are imitated by SwiftShader here; WebGL 2 and WebGPU are real all the same. */
const ARGUMENTS = [
  '--no-sandbox',
  '--enable-unsafe-webgpu',
  '--enable-features=Vulkan',
  '--use-webgpu-adapter=swiftshader',
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

declare const wjpegTest: BrowserPage;

describe.skipIf(!here)(title, () => {
  let browser: Browser;
  let page: Page;
  let server: Awaited<ReturnType<typeof serve>>;
  const complaints: string[] = [];

  beforeAll(async () => {
    const { outputFiles } = await build({
      entryPoints: [join(import.meta.dirname, 'page.ts')],
      bundle: true,
      format: 'esm',
      target: 'es2022',
      write: false,
      logLevel: 'error',
    });
    server = await serve({
      '/': PAGE,
      '/page.js': { type: 'text/javascript', body: outputFiles[0].contents },
      '/model.wjz': { type: 'application/octet-stream', body: model },
      '/seven.png': { type: 'image/png', body: png },
      '/three.jpg': { type: 'image/jpeg', body: jpeg },
    });
    browser = await chromium.launch({ executablePath: EXECUTABLE, args: ARGUMENTS, timeout: 0 });
    page = await browser.newPage();
    page.setDefaultTimeout(0);
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    await page.goto(`${server.address}/`);
    await page.waitForFunction('globalThis.wjpegTest !== undefined');
  });

  afterAll(async () => {
    await browser?.close();
    await server?.close();
  });

  it('has every backend', async () => {
    for (const backend of BACKENDS) {
      const state = await page.evaluate((name) => wjpegTest.availability(name), backend);
      expect({ backend, ...state }).toMatchObject({ backend, available: true });
    }
  });

  for (const backend of BACKENDS) {
    describe(backend, () => {
      it.each(operationCases().map(({ name }, index) => ({ name, index })))('$name', async ({ index }) => {
        const { error, tolerance } = await page.evaluate(([at, name]) => wjpegTest.operation(at, name), [
          index,
          backend,
        ] as const);
        expect(error).toBeLessThanOrEqual(tolerance);
      });

      it.each([
        ['/seven.png', png, 'pixels'],
        ['/three.jpg', jpeg, 'coefficients'],
      ] as const)('answers for %s as the reference does in Node', async (address, bytes, via) => {
        const answer = await page.evaluate(
          ([name, picture]) => wjpegTest.answer(name, '/model.wjz', picture),
          [backend, address] as const,
        );
        expect(answer).toMatchObject({ backend, via });
        const session = await InferenceSession.create(model, { backends: ['reference'] });
        const { label, logits } = await session.infer(bytes);
        expect(answer.label).toBe(label);
        expect(relativeError(answer.logits, logits)).toBeLessThanOrEqual(1e-5);
      });
    });
  }

  it('passes over a GPU in software when it may choose', async () => {
    const answer = await page.evaluate(() => wjpegTest.answer('auto', '/model.wjz', '/seven.png'));
    expect(answer).toMatchObject({ label: '7', backend: 'wasm' });
  });

  it('left no error on the page', () => {
    expect(complaints).toEqual([]);
  });
});
