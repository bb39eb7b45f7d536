import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { InferenceSession } from '../../src/runtime/session.ts';
import type { InputsPage } from './inputs-page.ts';
import { serve } from './serve.ts';

/** Debian's Chromium; WJPEG_CHROMIUM names another. */
const EXECUTABLE = process.env.WJPEG_CHROMIUM ?? '/usr/bin/chromium';
const here = existsSync(EXECUTABLE);

const DATA = join(import.meta.dirname, '..', '..', 'data');
const read = (name: string): Buffer => readFileSync(join(DATA, name));
const model = read('mnist-mlp-512-trained.wjz');
const opaque = read('pictures/digit-2-ink-97x131.png');
const transparent = read('pictures/digit-4-transparent-120x120.png');

declare const wjpegTest: InputsPage;

describe.skipIf(!here)(here ? 'inputs in Chromium' : `inputs: skipped, ${EXECUTABLE} is missing`, () => {
  let browser: Browser;
  let page: Page;
  let server: Awaited<ReturnType<typeof serve>>;
  let other: Awaited<ReturnType<typeof serve>>;

  beforeAll(async () => {
    const { outputFiles } = await build({
      entryPoints: [join(import.meta.dirname, 'inputs-page.ts')],
      bundle: true,
      format: 'esm',
      target: 'es2022',
      write: false,
      logLevel: 'error',
    });
    const script = '<!doctype html><body><script type="module" src="/page.js"></script>';
    server = await serve({
      '/': { type: 'text/html', body: script },
      '/page.js': { type: 'text/javascript', body: outputFiles[0].contents },
      '/model.wjz': { type: 'application/octet-stream', body: model },
      '/digit.png': { type: 'image/png', body: opaque },
      '/transparent.png': { type: 'image/png', body: transparent },
    });
    other = await serve({ '/digit.png': { type: 'image/png', body: opaque } });
    browser = await chromium.launch({ executablePath: EXECUTABLE, args: ['--no-sandbox'] });
    page = await browser.newPage();
    await page.goto(`${server.address}/`);
    await page.waitForFunction('globalThis.wjpegTest !== undefined');
    await page.evaluate(() => wjpegTest.open('/model.wjz'));
  });

  afterAll(async () => {
    await browser?.close();
    await server?.close();
    await other?.close();
  });

  it('answers for every form as for the bytes of the same PNG in Node', async () => {
    const session = await InferenceSession.create(model);
    const expected = await session.infer(opaque);
    for (const form of await page.evaluate(() => wjpegTest.forms)) {
      const answer = await page.evaluate((name) => wjpegTest.answer(name, '/digit.png'), form);
      expect({ form, logits: answer.logits }).toEqual({ form, logits: [...expected.logits] });
      expect(['png', 'pixels']).toContain(answer.picture?.format);
      expect(answer.picture).toEqual({ ...expected.picture, format: answer.picture?.format });
    }
  });

  it('keeps transparency, as far as a canvas keeps colours under it', async () => {
    const session = await InferenceSession.create(model);
    const expected = await session.infer(transparent);
    for (const form of await page.evaluate(() => wjpegTest.forms)) {
      const answer = await page.evaluate((name) => wjpegTest.answer(name, '/transparent.png'), form);
      expect({ form, label: answer.label }).toEqual({ form, label: expected.label });
      expect({ form, background: answer.picture?.background }).toEqual({
        form,
        background: expected.picture?.background,
      });
      // Canvases hold 8 bits of colour times opacity.
      answer.logits.forEach((logit, i) => {
        expect(Math.abs(logit - expected.logits[i]), form).toBeLessThan(0.05);
      });
    }
  });

  it.each([
    ['image of another origin', /^PICTURE_TAINTED .*another origin.*crossorigin="anonymous"/],
    ['image that is missing', /^PICTURE_NOT_READY image http:.*\/missing.png: could not be loaded/],
    ['image without an address', /^PICTURE_NOT_READY /],
    ['empty canvas', /^PICTURE_SIZE HTMLCanvasElement of 0×150/],
    ['closed bitmap', /^PICTURE_SIZE ImageBitmap of 0×0/],
    ['video without a frame', /^PICTURE_NOT_READY .*loadeddata/],
    ['another element', /^INPUT_TYPE got HTMLParagraphElement/],
    ['too large', /^PICTURE_TOO_LARGE /],
  ])('refuses %s', async (name, message) => {
    const refusal = await page.evaluate(([what, origin]) => wjpegTest.refusal(what, origin), [
      name,
      other.address,
    ] as const);
    expect(refusal).toMatch(message);
  });
});
