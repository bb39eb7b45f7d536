import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { InferenceSession } from '../../src/runtime/session.ts';
import { drawStrokes } from '../../tools/web/draw-strokes.ts';
import { describeInChromium } from '../in-chromium.ts';
import { type Point, SHAPES, type Shape, ShapeHand } from './shapes.ts';
import { openSite, type Site } from './site.ts';

describeInChromium('training in the page', () => {
  let site: Site;
  let page: Page;
  const complaints: string[] = [];

  beforeAll(async () => {
    site = await openSite();
    page = await site.visit(complaints);
    await page.goto(site.address);
    await page.click('#train-open');
    await page.waitForSelector('#train-canvas');
  });

  afterAll(() => site?.close());

  const text = async (selector: string): Promise<string> =>
    (await page.locator(selector).textContent()) ?? '';

  /** Draws with the mouse, whose events are pointer events. */
  const draw = async (strokes: readonly (readonly Point[])[]): Promise<void> => {
    await page.locator('#train-canvas').scrollIntoViewIfNeeded();
    const box = await page.locator('#train-canvas').boundingBox();
    if (!box) throw new Error('no pad');
    for (const [first, ...others] of strokes) {
      const move = ([x, y]: Point) => page.mouse.move(box.x + x * box.width, box.y + y * box.height);
      await move(first);
      await page.mouse.down();
      for (const point of others) await move(point);
      await page.mouse.up();
    }
  };
  const collect = async (hand: ShapeHand, shape: Shape, count: number): Promise<void> => {
    const row = page.locator('.classes > li').nth(SHAPES.indexOf(shape));
    for (let i = 0; i < count; i++) {
      const strokes = hand.draw(shape);
      await (i === 0 ? draw(strokes) : drawStrokes(page, strokes));
      await row.locator('.take').evaluate((button: HTMLButtonElement) => button.click());
      await row.locator(`.taken button:nth-child(${i + 1})`).waitFor();
    }
  };
  const answer = async (): Promise<string> => {
    await page.waitForSelector('.train-read[aria-busy=false]');
    return text('#train-answer');
  };

  it('asks for pictures before it trains', async () => {
    expect(await page.isDisabled('#train-start')).toBe(true);
    expect(await text('.advice')).toMatch(/^At least 3 pictures per class/);
    await page.locator('.take').first().click();
    expect(await text('.advice')).toBe('Draw something first.');
  });

  it('learns three shapes from ten drawings each, in seconds and a kilobyte, and reads thirty others', async () => {
    const hand = new ShapeHand(20);
    for (const shape of SHAPES) await collect(hand, shape, 10);
    expect(await page.locator('.classes .count').allTextContents()).toEqual([
      '10 pictures',
      '10 pictures',
      '10 pictures',
    ]);

    const start = performance.now();
    await page.click('#train-start');
    // The network takes shape before it is ready, as a JPEG that the browser shows.
    await page.waitForFunction(
      () => (document.querySelector('.train-model img') as HTMLImageElement).naturalWidth > 0,
    );
    expect(await page.isVisible('#train-stop')).toBe(true);
    await page.waitForSelector('.get:not([hidden])');
    const seconds = (performance.now() - start) / 1000;

    const [download] = await Promise.all([page.waitForEvent('download'), page.click('.get a')]);
    expect(download.suggestedFilename()).toBe('model.jpg');
    const bytes = readFileSync(await download.path());
    expect(await text('.train-model .bytes')).toBe(`${bytes.length.toLocaleString('en')} bytes`);

    const other = new ShapeHand(77);
    const wrong: string[] = [];
    for (let i = 0; i < 30; i++) {
      const shape = SHAPES[i % 3];
      await drawStrokes(page, other.draw(shape));
      const read = await answer();
      if (read !== shape) wrong.push(`${shape} read as ${read}`);
      await page.evaluate(() => document.getElementById('train-clear')?.click());
    }
    console.log(`training: ${seconds.toFixed(1)} s, ${bytes.length} bytes, ${30 - wrong.length} of 30 right`);
    expect(wrong.length).toBeLessThanOrEqual(1);
    expect(bytes.length).toBeLessThanOrEqual(4096);
    expect(seconds).toBeLessThan(20);

    // What was downloaded is a network for Node too, with the names of the classes.
    const session = await InferenceSession.create(bytes);
    expect(session.labels).toEqual(SHAPES);
    session.dispose();
    expect(complaints).toEqual([]);
  });

  it('answers on the page above', async () => {
    await page.click('.train-model .use');
    await page.waitForSelector('[value=other]:checked');
    expect(await text('[data-variant=other] .name')).toBe('model.jpg');
    expect(complaints).toEqual([]);
  });

  it('stops when asked to, and keeps what it has', async () => {
    await page.click('#train-start');
    await page.waitForFunction(() =>
      /^\d/.test(document.querySelector('.train-model .left')?.textContent ?? ''),
    );
    await page.click('#train-stop');
    await page.waitForSelector('.get:not([hidden])');
    expect(await text('.train-model .far')).toMatch(/^Stopped/);
    expect(await page.isEnabled('#train-start')).toBe(true);
    expect(complaints).toEqual([]);
  });

  it('takes pictures away again, and classes', async () => {
    await page.locator('.taken button').first().click();
    expect(await page.locator('.classes .count').first().textContent()).toBe('9 pictures');
    await page.click('.more');
    expect(await page.locator('.classes > li').count()).toBe(4);
    await page.locator('.classes .remove').last().click();
    expect(await page.locator('.classes > li').count()).toBe(3);
  });
});
