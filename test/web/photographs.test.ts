import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readFrameHeader } from '../../src/jpeg/index.ts';
import { InferenceSession } from '../../src/runtime/session.ts';
import { colourNetwork } from '../graph/colour-network.ts';
import { describeInChromium } from '../in-chromium.ts';
import { seriousFaults } from './axe.ts';
import { openSite, type Site } from './site.ts';

const DATA = join(import.meta.dirname, '..', '..', 'data');
const MODEL = 'cifar10-resnet8-trained.jpg';

describeInChromium('photographs in the page', () => {
  let site: Site;
  let page: Page;
  const complaints: string[] = [];

  beforeAll(async () => {
    site = await openSite();
    page = await site.visit(complaints);
    await page.goto(site.address);
    await page.waitForSelector('[value=expanded]:enabled');
  });

  afterAll(() => site?.close());

  const text = async (selector: string): Promise<string> =>
    (await page.locator(selector).textContent()) ?? '';
  const answered = (label: string): Promise<unknown> =>
    page.waitForFunction((wanted) => document.getElementById('answer')?.textContent === wanted, label);
  const cards = (): Promise<string[]> => page.locator('.card:not([hidden]) .name').allTextContents();
  /** Of the picture that is shown as the network. */
  const sizeOfPicture = (): Promise<readonly number[]> =>
    page.$eval('#model-picture', async (image: HTMLImageElement) => {
      await image.decode();
      return [image.naturalHeight, image.naturalWidth];
    });

  it('asks the network for colours about a picture, as Node does, and shows the JPEG that it is', async () => {
    await page.click('text=Photographs');
    const model = readFileSync(join(site.folder, 'models', MODEL));
    const session = await InferenceSession.create(model);
    const { label, probabilities, index } = await session.infer(
      readFileSync(join(DATA, 'scenes', 'cat.jpg')),
    );
    const { labels } = session;
    session.dispose();
    await answered(label);
    expect(await page.locator('#bars .label').allTextContents()).toEqual(labels);
    await page.waitForFunction(
      (share) => document.querySelector('#bars [data-best] .share')?.textContent === share,
      `${(100 * probabilities[index]).toFixed(1)}%`,
    );
    expect(await text('#draw-title')).toBe('Show it a picture');
    expect(await page.isChecked('[name=kind][value=photographs]')).toBe(true);
    const { height, width } = readFrameHeader(model);
    expect(await sizeOfPicture()).toEqual([height, width]);
    expect(await text('#model-bytes')).toBe(`${model.length.toLocaleString('en')} bytes`);
    expect(await page.getAttribute('#model-download', 'href')).toBe(`models/${MODEL}`);
    expect(await cards()).toEqual(['ResNet-8, in colour', 'ResNet-8, in colour, expanded']);
    expect(await page.locator('.layer .title').count()).toBeGreaterThan(8);
    expect(complaints).toEqual([]);
  });

  it.each(['light', 'dark'] as const)('has nothing serious for axe, %s', async (colorScheme) => {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    expect(await seriousFaults(page)).toEqual([]);
  });

  it('keeps to a phone’s width, however long the labels are', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    await page.setViewportSize({ width: 1440, height: 900 });
  });

  it('tells the digit network’s visitor that a photograph is no digit, and goes back to digits', async () => {
    await page.click('text=Digits');
    await answered('3');
    expect(await text('#draw-title')).toBe('Draw a digit');
    expect(await cards()).toHaveLength(4);
    expect(await page.getAttribute('#model-download', 'href')).toBe('models/mnist-mlp-512-trained.jpg');
    expect(await page.locator('#samples img').first().getAttribute('alt')).toBe('Try a 0');
    for (const [name, seen] of [
      ['frog', '36% of the frame are half-tones'],
      ['horse', 'no strokes on an even background'],
    ] as const) {
      await page.setInputFiles('#file', join(DATA, 'scenes', `${name}.jpg`));
      await page.waitForFunction(
        (words) => document.querySelector('.read')?.textContent?.includes(words),
        seen,
      );
    }
    expect(complaints).toEqual([]);
  });

  it('offers colour pictures for a dropped network that takes colours', async () => {
    const buffer = Buffer.from(await colourNetwork());
    await page.setInputFiles('#file', {
      name: 'colour.wjz',
      mimeType: 'application/octet-stream',
      buffer,
    });
    await page.waitForSelector('[name=kind][value=photographs]:checked');
    expect(await page.locator('#samples img').first().getAttribute('alt')).toBe('Try a cat');
    // The picture that is shown beside it is still that of the page's own network.
    expect(await page.getAttribute('#model-download', 'href')).toBe('models/mnist-mlp-512-trained.jpg');
    expect(complaints).toEqual([]);
  });

  it('goes on with digits where the network does not come', async () => {
    const other = await site.visit([]);
    await other.route(`**/${MODEL}`, (route) => route.abort());
    await other.goto(site.address);
    await other.waitForFunction(() => document.getElementById('answer')?.textContent === '3');
    await other.click('text=Photographs');
    await other.waitForSelector('.notice');
    expect(await other.textContent('.notice p')).toMatch(
      /^The network for photographs could not be loaded: the server did not send it/,
    );
    expect(await other.isChecked('[name=kind][value=digits]')).toBe(true);
    expect(await other.textContent('#answer')).toBe('3');
    await other.close();
  });
});
