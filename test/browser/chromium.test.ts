import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { encode } from 'fast-png';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GPU_JS_BACKENDS } from '../../src/runtime/backends/gpujs/names.ts';
import { relativeError } from '../../src/runtime/oracle.ts';
import { InferenceSession } from '../../src/runtime/session.ts';
import { picture } from '../jpeg/pictures.ts';
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
const colourModel = readFileSync(join(import.meta.dirname, '..', 'fixtures', 'colour.wjz'));
const colourPng = encode({ width: 12, height: 9, data: picture(12, 9, 3, 5), depth: 8, channels: 3 });

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
      '/colour.wjz': { type: 'application/octet-stream', body: colourModel },
      '/colour.png': { type: 'image/png', body: colourPng },
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
        ['/seven.png', png, 'pixels', '/model.wjz', model],
        ['/three.jpg', jpeg, 'coefficients', '/model.wjz', model],
        ['/colour.png', colourPng, 'pixels', '/colour.wjz', colourModel],
      ] as const)(
        'answers for %s as the reference does in Node',
        async (address, bytes, via, file, content) => {
          const answer = await page.evaluate(
            ([name, network, input]) => wjpegTest.answer(name, network, input),
            [backend, file, address] as const,
          );
          expect(answer).toMatchObject({ backend, via });
          const session = await InferenceSession.create(content, { backends: ['reference'] });
          const { label, logits } = await session.infer(bytes);
          expect(answer.label).toBe(label);
          expect(relativeError(answer.logits, logits)).toBeLessThanOrEqual(1e-5);
        },
      );
    });
  }

  it.each(['wasm', 'reference'] as const)(
    'answers for a picture in colour as Node does: %s',
    async (backend) => {
      const answer = await page.evaluate(
        (name) => wjpegTest.answer(name, '/colour.wjz', '/colour.png'),
        backend,
      );
      const session = await InferenceSession.create(colourModel, { backends: [backend] });
      expect(answer.logits).toEqual([...(await session.infer(colourPng)).logits]);
      session.dispose();
    },
  );

  it('passes over a GPU in software when it may choose', async () => {
    const answer = await page.evaluate(() => wjpegTest.answer('auto', '/model.wjz', '/seven.png'));
    expect(answer).toMatchObject({ label: '7', backend: 'wasm' });
  });

  it('left no error on the page', () => {
    expect(complaints).toEqual([]);
  });
});
