import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { InferenceSession } from '../../src/runtime/session.ts';
import { launchChromium } from '../../tools/docs/chromium.ts';
import { buildPage } from '../../tools/web/build.ts';
import { servePage } from '../../tools/web/serve.ts';
import { colourNetwork, imageNetwork } from '../graph/colour-network.ts';
import { patchModel } from '../graph/patch-network.ts';
import { colourJpeg } from '../image/jpeg-builder.ts';
import { describeInChromium } from '../in-chromium.ts';

describeInChromium('the page with a convolutional network', () => {
  const folder = mkdtempSync(join(tmpdir(), 'wjpeg-network-'));
  let browser: Browser;
  let server: Awaited<ReturnType<typeof servePage>>;
  let page: Page;
  let model: Uint8Array;
  const complaints: string[] = [];
  const photograph = colourJpeg(400, 300, 90, 5);

  beforeAll(async () => {
    await buildPage(join(folder, 'site'));
    server = await servePage(join(folder, 'site'), 0);
    browser = await launchChromium();
    model = await colourNetwork();
    writeFileSync(join(folder, 'colour.wjz'), model);
    writeFileSync(join(folder, 'photograph.jpg'), photograph);
    page = await browser.newPage({ viewport: { width: 1440, height: 900 }, serviceWorkers: 'block' });
    page.setDefaultTimeout(0);
    page.on('pageerror', (error) => complaints.push(error.message));
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    await page.goto(server.address);
    await page.waitForSelector('[value=expanded]:enabled');
    // Without the digit that the page begins with.
    await page.evaluate(() => document.getElementById('clear')?.click());
    await page.setInputFiles('#file', join(folder, 'colour.wjz'));
    await page.waitForSelector('[value=other]:checked');
    await page.waitForSelector('#network:not([hidden])');
  });

  afterAll(async () => {
    await browser?.close();
    server?.close();
    rmSync(folder, { recursive: true });
  });

  const text = async (selector: string): Promise<string> =>
    (await page.locator(selector).textContent()) ?? '';
  /** Colours of a canvas, as numbers. */
  const coloursOf = (selector: string): Promise<number[]> =>
    page.$eval(selector, (canvas: HTMLCanvasElement) => {
      const { data } = (canvas.getContext('2d') as CanvasRenderingContext2D).getImageData(
        0,
        0,
        canvas.width,
        canvas.height,
      );
      return [...new Set(new Uint32Array(data.buffer))];
    });
  const isGrey = (colour: number): boolean =>
    (colour & 255) === ((colour >> 8) & 255) && (colour & 255) === ((colour >> 16) & 255);

  it('shows the kernels of a layer, and the JPEG that holds them', async () => {
    expect(await page.isVisible('#first-layer')).toBe(false);
    expect(await text('#network .intro')).toMatch(/^2 of 2 convolutions are stored as JPEGs/);
    expect(await page.locator('.layer .title').allTextContents()).toEqual([
      'first',
      'bright',
      'second',
      'both',
    ]);
    // Kernels over red, green and blue are in colour.
    const first = await coloursOf('.kernels canvas');
    expect(first.length).toBeGreaterThan(20);
    expect(first.some((colour) => !isGrey(colour))).toBe(true);
    expect(await page.isVisible('.maps canvas')).toBe(false);

    await page.check('[name=layer][value=second]');
    const second = await coloursOf('.kernels canvas');
    expect(second.length).toBeGreaterThan(20);
    expect(second.every(isGrey)).toBe(true);
    expect(await text('.stored figcaption')).toMatch(/As stored: a JPEG of \S+ kB/);
    await page.waitForFunction(
      () => (document.querySelector('.stored img') as HTMLImageElement).naturalWidth === 144,
    );
    await page.check('[name=layer][value=bright]');
    expect(await page.isVisible('.kernels')).toBe(false);
    expect(await page.isVisible('.stored')).toBe(false);
  });

  it('answers for a colour photograph as Node does, shows it in colour, and what layers make of it', async () => {
    const session = await InferenceSession.create(model);
    const { label } = await session.infer(photograph);
    session.dispose();
    await page.setInputFiles('#file', join(folder, 'photograph.jpg'));
    await page.waitForFunction((wanted) => document.getElementById('answer')?.textContent === wanted, label);
    expect((await coloursOf('#seen')).some((colour) => !isGrey(colour))).toBe(true);
    expect((await coloursOf('#pad')).some((colour) => !isGrey(colour))).toBe(true);
    await page.waitForSelector('.maps canvas:not([hidden])');
    expect((await coloursOf('.maps canvas')).length).toBeGreaterThan(100);
    expect(await text('.maps figcaption')).toMatch(/^Feature maps: 16 channels of 32×32 for this input/);
    // Both ways to run the file are timed side by side.
    for (const id of ['other', 'other-expanded']) {
      await page.waitForFunction(
        (name) => /[µm]s$/.test(document.querySelector(`[data-variant=${name}] .time`)?.textContent ?? ''),
        id,
      );
    }
    expect(complaints).toEqual([]);
  });

  it('draws over a photograph anew, and shows the first layer of a chain again', async () => {
    const draw = async (): Promise<void> => {
      await page.locator('#pad').scrollIntoViewIfNeeded();
      const pad = await page.locator('#pad').boundingBox();
      if (!pad) throw new Error('no pad');
      await page.mouse.move(pad.x + pad.width / 2, pad.y + 40);
      await page.mouse.down();
      await page.mouse.move(pad.x + pad.width / 2, pad.y + pad.height - 40, { steps: 8 });
      await page.mouse.up();
    };
    await draw();
    expect((await coloursOf('#pad')).every(isGrey)).toBe(true);
    // Beside a network for colours those for digits are not offered.
    expect(await page.isVisible('[data-variant=q20]')).toBe(false);
    await page.click('text=Digits');
    await page.click('[data-variant=q20] label');
    await draw();
    await page.waitForSelector('#network', { state: 'hidden' });
    await page.waitForSelector('#first-layer:not([hidden])');
    await page.waitForFunction(() => document.getElementById('answer')?.textContent === '1');
    expect(complaints).toEqual([]);
  });

  it('says what a network gives that is no classifier, in place of bars', async () => {
    writeFileSync(join(folder, 'image.wjz'), await imageNetwork());
    await page.setInputFiles('#file', join(folder, 'image.wjz'));
    await page.waitForSelector('[name=layer][value=second]');
    await page.setInputFiles('#file', join(folder, 'photograph.jpg'));
    await page.waitForFunction(() => / between /.test(document.getElementById('values')?.textContent ?? ''));
    expect(await text('#values')).toMatch(
      /^This network gives no probabilities of classes but numbers, .*: both 16×32×32\. Values are between \S+ and \S+\.$/,
    );
    expect(await page.isVisible('#bars')).toBe(false);
    expect(await page.isVisible('#answer')).toBe(false);
    await page.waitForFunction(() =>
      document.querySelector('[data-variant=other] .reads')?.textContent?.includes('16×32×32 numbers'),
    );
    await page.click('text=Digits');
    await page.waitForSelector('#bars:not([hidden])');
    expect(await page.isVisible('#values')).toBe(false);
    expect(complaints).toEqual([]);
  });

  it('takes a colour JPEG as coefficients where a network takes patches, and says so', async () => {
    const size = { width: 64, height: 48 };
    const patches = await patchModel({ kind: 'image', ...size, channels: 3 }, [16, 16]);
    const jpeg = colourJpeg(64, 48, 80, 3);
    const session = await InferenceSession.create(patches);
    const { label } = await session.infer(jpeg);
    session.dispose();
    writeFileSync(join(folder, 'patches.wjz'), patches);
    writeFileSync(join(folder, 'small.jpg'), jpeg);
    await page.setInputFiles('#file', join(folder, 'patches.wjz'));
    await page.waitForSelector('[name=layer][value=embedding]');
    await page.setInputFiles('#file', join(folder, 'small.jpg'));
    await page.waitForFunction(() =>
      document.getElementById('seen-note')?.textContent?.includes('as the coefficients of its JPEG'),
    );
    await page.waitForFunction((wanted) => document.getElementById('answer')?.textContent === wanted, label);
    expect(complaints).toEqual([]);
  });
});
