import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeFloats } from '../../bench/frontier/float-file.ts';
import { launchChromium } from '../../tools/docs/chromium.ts';
import { writeIdx } from '../bench/synthetic-mnist.ts';
import { runProgram } from '../cli/run-program.ts';
import { randomNetwork } from '../compress/networks.ts';
import { colourNetwork } from '../graph/colour-network.ts';
import { describeInChromium } from '../in-chromium.ts';
import { runAxe } from '../web/axe.ts';
import { embedded, hostileModel, noisePictures } from './models.ts';

describeInChromium('the page, in Chromium', () => {
  const folder = mkdtempSync(join(tmpdir(), 'wjpeg-page-'));
  const hostile = hostileModel();
  let browser: Browser;

  beforeAll(async () => {
    const data = join(folder, `<script>globalThis.hacked='data'<`);
    mkdirSync(data);
    writeIdx(data, 't10k', noisePictures(40));
    const dense = join(folder, `"><img src=x onerror=globalThis.hacked='dense'>.safetensors`);
    writeFileSync(dense, encodeFloats(randomNetwork([784, 512, 10]), 'F32'));
    const attacked = join(folder, `<svg onload=globalThis.hacked='file'>.wjz`);
    writeFileSync(attacked, hostile.bytes);
    const colour = join(folder, 'colour.wjz');
    writeFileSync(colour, await colourNetwork());
    const colours = join(folder, 'colours');
    mkdirSync(colours);
    const noise = noisePictures(40);
    const area = 32 * 32;
    const colourless = {
      count: 30,
      width: 32,
      height: 32,
      pictures: noise.pictures.subarray(0, 30 * area),
      labels: noise.labels.map((label) => label % 4).subarray(0, 30),
    };
    writeIdx(colours, 't10k', colourless);
    const whole = ['--dense', dense, '--data', data];
    const pages: [string, string, readonly string[]][] = [
      ['q20', embedded('mnist-mlp-512-q20'), whole],
      ['lenet', embedded('mnist-lenet-300-100-trained'), []],
      ['hostile', attacked, whole],
      ['convolutional', colour, ['--data', colours]],
    ];
    for (const [name, model, words] of pages) {
      const output = ['-o', join(folder, `${name}.html`), '--repeats', '2', '--backend', 'wasm'];
      const { code, stderr } = await runProgram('wjpeg', ['report', model, ...words, ...output]);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    }
    const page = readFileSync(join(folder, 'hostile.html'), 'utf8');
    const unguarded = page.replace(/<meta http-equiv="Content-Security-Policy"[^>]*>/, '');
    expect(unguarded).not.toBe(page);
    writeFileSync(join(folder, 'hostile-unguarded.html'), unguarded);
    browser = await launchChromium();
  });

  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true });
  });

  /** Opens a page, and lists what it asked for besides itself and what it complained of. */
  async function open(name: string, width = 1440, colorScheme: 'light' | 'dark' = 'light') {
    const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme });
    page.setDefaultTimeout(0);
    const requests: string[] = [];
    const complaints: string[] = [];
    const address = pathToFileURL(join(folder, `${name}.html`)).href;
    page.on('request', (request) => {
      if (!request.url().startsWith('data:image/')) requests.push(request.url());
    });
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(error.message));
    await page.goto(address, { waitUntil: 'load' });
    return { page, requests: requests.filter((url) => url !== address), complaints };
  }

  describe.each(['q20', 'lenet', 'hostile', 'convolutional'])('%s', (name) => {
    describe.each([
      [390, 'light'],
      [1440, 'dark'],
    ] as const)('%i px', (width, axeScheme) => {
      let visit: Awaited<ReturnType<typeof open>>;
      beforeAll(async () => {
        visit = await open(name, width);
      });
      afterAll(() => visit?.page.close());

      it.each(['light', 'dark'] as const)(
        'asks no one for anything, shows every picture, fits: %s',
        async (scheme) => {
          const { page, requests, complaints } = visit;
          await page.emulateMedia({ colorScheme: scheme });
          const shown = await page.evaluate(() => ({
            isDark: matchMedia('(prefers-color-scheme: dark)').matches,
            pictures: document.images.length,
            broken: [...document.images].filter((image) => image.naturalWidth === 0).map(({ alt }) => alt),
            width: document.documentElement.scrollWidth,
            scripts: document.scripts.length,
          }));
          expect({ requests, complaints }).toEqual({ requests: [], complaints: [] });
          expect(shown).toMatchObject({ isDark: scheme === 'dark', broken: [], scripts: 0 });
          expect(shown.pictures).toBeGreaterThan(3);
          expect(shown.width).toBeLessThanOrEqual(width);
        },
      );

      // Rules do not depend on the width but for what it hides, nor colours on anything but the scheme.
      it(`axe finds nothing serious: ${axeScheme}`, async () => {
        const { page } = visit;
        await page.emulateMedia({ colorScheme: axeScheme });
        const { violations, passes } = await runAxe(page);
        expect(passes.map(({ id }) => id)).toEqual(
          expect.arrayContaining(['color-contrast', 'image-alt', 'heading-order', 'document-title']),
        );
        expect(
          violations.map(({ id, impact, nodes }) => ({ id, impact, where: nodes.map(({ html }) => html) })),
        ).toEqual([]);
      });
    });
  });

  it.each(['hostile', 'hostile-unguarded'])(
    'takes hostile names for text and nothing else: %s',
    async (name) => {
      const { page, requests, complaints } = await open(name);
      const found = await page.evaluate(() => ({
        hacked: (globalThis as { hacked?: unknown }).hacked,
        text: document.body.textContent,
        foreign: document.querySelectorAll('script, iframe, [onload], [onerror], [onmouseover]').length,
        sources: [...document.images].map((image) => image.src.slice(0, 11)),
      }));
      await page.close();
      expect(found).toMatchObject({ hacked: undefined, foreign: 0 });
      expect(new Set(found.sources)).toEqual(new Set(['data:image/']));
      expect({ requests, complaints }).toEqual({ requests: [], complaints: [] });
      // Long ones are cut, so it is their beginnings that must be there as they were.
      for (const text of hostile.texts) expect(found.text).toContain([...text].slice(0, 11).join(''));
      for (const where of ['data', 'dense', 'file'])
        expect(found.text).toContain(`globalThis.hacked='${where}'`);
    },
  );

  it('keeps its parts in reach, and jumps to them without covering their headings', async () => {
    const { page } = await open('q20', 390);
    await page.click('nav a[href="#costs"]');
    const [nav, heading] = await page.evaluate(() => [
      document.querySelector('nav')?.getBoundingClientRect().toJSON(),
      document.querySelector('#costs h2')?.getBoundingClientRect().toJSON(),
    ]);
    await page.close();
    expect(nav.top).toBe(0);
    expect(heading.top).toBeGreaterThanOrEqual(nav.bottom);
    expect(heading.top).toBeLessThan(300);
  });

  it('prints on white paper, whatever the screen is', async () => {
    const { page } = await open('q20', 1440, 'dark');
    const background = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
    expect(await background()).not.toBe('rgb(255, 255, 255)');
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    expect(await background()).toBe('rgb(255, 255, 255)');
    const paper = await page.pdf({ format: 'A4' });
    await page.close();
    expect(paper.length).toBeGreaterThan(10_000);
  });
});
