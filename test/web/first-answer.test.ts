import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { describeInChromium } from '../in-chromium.ts';
import { openSite, type Site } from './site.ts';

/** Code and model of the first answer, gzipped where that is smaller. */
const BUDGET = 60_000;

describeInChromium('what the page shows first', () => {
  let site: Site;
  let page: Page;
  let complaints: string[];

  beforeAll(async () => {
    site = await openSite();
  });
  afterAll(() => site?.close());
  beforeEach(async () => {
    complaints = [];
    page = await site.visit(complaints);
  });
  afterEach(() => page.close());

  const text = async (selector: string): Promise<string> =>
    (await page.locator(selector).textContent()) ?? '';
  const firstAnswer = () =>
    page.waitForFunction(() => document.getElementById('answer')?.textContent === '3');

  it('is an answer, within 60 kB of code and model', async () => {
    // What comes after the answer waits for it.
    const asked = new Set<string>();
    await page.route('**/rest-*.js', (route) => route.abort());
    page.on('request', (request) => asked.add(new URL(request.url()).pathname));
    await page.goto(site.address);
    await firstAnswer();
    const counted = [...asked].filter((path) => /\.js$|^\/models\//.test(path) && !/\/rest-/.test(path));
    const bytes = counted.map((path) => {
      const file = readFileSync(join(site.folder, path));
      return Math.min(file.length, gzipSync(file, { level: 9 }).length);
    });
    const total = bytes.reduce((sum, size) => sum + size, 0);
    const modelBytes = bytes[counted.indexOf('/models/mnist-mlp-512-trained.jpg')];
    console.log(`first answer: ${total} bytes, ${modelBytes} of them the model, ${counted.length} files`);
    expect(modelBytes).toBeGreaterThan(0);
    expect(total).toBeLessThanOrEqual(BUDGET);
  });

  it('is a drawn digit with bars beside the JPEG that answers, to download', async () => {
    await page.goto(site.address);
    await firstAnswer();
    const shares = await page.locator('#bars .share').allInnerTexts();
    expect(shares.reduce((sum, share) => sum + Number.parseFloat(share), 0)).toBeCloseTo(100, 0);
    await page.waitForFunction(
      () => (document.getElementById('model-picture') as HTMLImageElement).naturalWidth > 0,
    );
    const [download] = await Promise.all([page.waitForEvent('download'), page.click('#model a')]);
    const bytes = readFileSync(await download.path());
    expect(await text('#model-bytes')).toBe(`${bytes.length.toLocaleString('en')} bytes`);
    expect(bytes.subarray(0, 2)).toEqual(Buffer.of(0xff, 0xd8));
    // What was downloaded runs when it is opened.
    await page.waitForSelector('[value=expanded]:enabled');
    await page.setInputFiles('#file', await download.path());
    await page.waitForSelector('[value=other]:checked');
    await firstAnswer();
    expect(complaints).toEqual([]);
  });

  it('gives way to the first stroke', async () => {
    await page.goto(site.address);
    await firstAnswer();
    const box = await page.locator('#pad').boundingBox();
    if (!box) throw new Error('no pad');
    await page.mouse.move(box.x + box.width / 2, box.y + box.height * 0.2);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width / 2, box.y + box.height * 0.8, { steps: 4 });
    await page.mouse.up();
    await page.waitForFunction(() => document.getElementById('answer')?.textContent === '1');
    expect(complaints).toEqual([]);
  });

  it('has four cards; the dense one is fetched when it is chosen', async () => {
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await page.goto(site.address);
    await page.waitForSelector('[value=expanded]:enabled');
    expect(await page.locator('.card:visible').count()).toBe(4);
    expect(asked.filter((address) => address.endsWith('.safetensors'))).toEqual([]);
    await page.click('[data-variant=dense] label');
    await page.waitForFunction(() =>
      /[µm]s$/.test(document.querySelector('[data-variant=dense] .time')?.textContent ?? ''),
    );
    expect(await page.isChecked('[value=dense]')).toBe(true);
    expect(await text('[data-variant=dense] .network')).toBe('1.63 MB');
    expect(await text('[data-variant=dense] .reads')).toMatch(/^3, /);
    expect(await text('[data-variant=dense] .range')).toMatch(/^\S+ [µm]s to \S+ [µm]s$/);
    expect(complaints).toEqual([]);
  });

  it('prepares a drawing once for all that are asked about it', async () => {
    await page.addInitScript(() => {
      const { getImageData } = CanvasRenderingContext2D.prototype;
      Object.assign(globalThis, { readings: 0 });
      CanvasRenderingContext2D.prototype.getImageData = function (...area) {
        if (this.canvas.id === 'pad') (globalThis as unknown as { readings: number }).readings++;
        return getImageData.apply(this, area);
      };
    });
    await page.goto(site.address);
    await page.waitForFunction(() =>
      ['trained', 'q20', 'expanded'].every((id) =>
        /[µm]s$/.test(document.querySelector(`[data-variant=${id}] .time`)?.textContent ?? ''),
      ),
    );
    const readings = (): Promise<number> =>
      page.evaluate(() => (globalThis as unknown as { readings: number }).readings);
    expect(await readings()).toBe(1);
    // Another drawing is another input.
    await page.focus('#pad');
    await page.keyboard.press('Space');
    for (let i = 0; i < 17; i++) await page.keyboard.press('ArrowDown');
    await page.waitForFunction(() => document.getElementById('answer')?.textContent === '1');
    expect(await readings()).toBeGreaterThan(1);
    expect(complaints).toEqual([]);
  });

  it('says that a photograph is no digit', async () => {
    await page.goto(site.address);
    await firstAnswer();
    await page.waitForSelector('[value=expanded]:enabled');
    // Light and shade all over, as a photograph has it.
    const photograph = await page.evaluate(() => {
      const canvas = document.createElement('canvas');
      canvas.width = 200;
      canvas.height = 150;
      const context = canvas.getContext('2d') as CanvasRenderingContext2D;
      const light = context.createRadialGradient(90, 70, 5, 100, 75, 120);
      light.addColorStop(0, '#fff');
      light.addColorStop(0.7, '#999');
      light.addColorStop(1, '#222');
      context.fillStyle = light;
      context.fillRect(0, 0, 200, 150);
      return canvas.toDataURL('image/png').split(',')[1];
    });
    await page.setInputFiles('#file', {
      name: 'cat.png',
      mimeType: 'image/png',
      buffer: Buffer.from(photograph, 'base64'),
    });
    await page.waitForFunction(() => document.getElementById('answer')?.textContent === '?');
    expect(await text('#seen-note')).toMatch(/^This is no digit: there are no strokes on an even background/);
    // Scribbles are strokes, but more than any digit has.
    await page.locator('#pad').evaluate((canvas: HTMLCanvasElement) => {
      canvas.setPointerCapture = () => {};
      const { left, top, width, height } = canvas.getBoundingClientRect();
      for (let i = 0; i <= 40; i++) {
        const at = {
          clientX: left + width * (i % 2 ? 0.15 : 0.85),
          clientY: top + height * (0.15 + (0.7 * i) / 40),
        };
        canvas.dispatchEvent(new PointerEvent(i === 0 ? 'pointerdown' : 'pointermove', at));
      }
    });
    await page.waitForFunction(() => document.getElementById('doubt')?.textContent !== '');
    expect(await text('#doubt')).toMatch(/^This does not look like a digit: \d+% of the frame is ink/);
    expect(await page.locator('#answer[data-unsure]').count()).toBe(1);
    expect(complaints).toEqual([]);
  });

  it('tells of a neuron what it weighs, where it stands, and what it adds, by pointer and by keys', async () => {
    await page.goto(site.address);
    await page.waitForFunction(() => document.querySelectorAll('#strongest li').length === 6);
    const strongest = Number(/\d+$/.exec(await text('#strongest li:first-child span'))?.[0]);
    const frame = page.locator('#sheet-frame');
    await frame.scrollIntoViewIfNeeded();
    await frame.focus();
    await page.waitForFunction(() =>
      /^Neuron 0, row 1, column 1/.test(document.getElementById('neuron-text')?.textContent ?? ''),
    );
    await page.keyboard.press('ArrowRight');
    expect(await text('#neuron-text')).toMatch(/^Neuron 1, row 1, column 2/);
    // By pointer, the one that fires most.
    const [columns, rows] = await page.$eval('#sheet', (image: HTMLImageElement) => [
      image.naturalWidth / 32,
      image.naturalHeight / 32,
    ]);
    await frame.evaluate(
      (element, [x, y]) => {
        const box = element.getBoundingClientRect();
        element.dispatchEvent(
          new PointerEvent('pointermove', {
            clientX: box.left + x * box.width,
            clientY: box.top + y * box.height,
          }),
        );
      },
      [((strongest % columns) + 0.5) / columns, (Math.floor(strongest / columns) + 0.5) / rows] as const,
    );
    await page.waitForFunction(() =>
      /of its logit/.test(document.getElementById('neuron-text')?.textContent ?? ''),
    );
    expect(await text('#neuron-text')).toMatch(
      new RegExp(
        `^Neuron ${strongest}, row \\d+, column \\d+ of the picture. It fires [\\d.]+. It speaks (for|against) 3: [+−][\\d.]+ of its logit.$`,
      ),
    );
    expect(complaints).toEqual([]);
  });

  it('works offline from the second visit on', async () => {
    const visitor = await site.visit(complaints, { serviceWorkers: 'allow' });
    await visitor.goto(site.address);
    await visitor.evaluate(() => navigator.serviceWorker.ready.then(() => {}));
    await visitor.context().setOffline(true);
    await visitor.reload();
    await visitor.waitForFunction(() => document.getElementById('answer')?.textContent === '3');
    await visitor.click('#train-open');
    await visitor.waitForSelector('#train-canvas');
    await visitor.context().close();
  });
});
