import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { photographsOf } from '../scenes/photographs.ts';

const DATA = join(import.meta.dirname, '..', '..', 'data');
const picture = (name: string): string => join(DATA, 'pictures', `${name}.png`);

/** States of the page of web/, each entered from the one before. */
export const PAGE_STATES: readonly (readonly [name: string, enter: (page: Page) => Promise<void>])[] = [
  [
    'start',
    async (page) => {
      await page.waitForSelector('#frontier:enabled');
      await page.waitForSelector('[value=expanded]:enabled');
      await measured(page, 'expanded');
      await answered(page, '3');
    },
  ],
  [
    'neuron',
    async (page) => {
      await page.focus('#sheet-frame');
      for (let i = 0; i < 5; i++) await page.keyboard.press('ArrowDown');
    },
  ],
  [
    'empty',
    async (page) => {
      await page.click('#clear');
      await answered(page, '?');
    },
  ],
  [
    'scribble',
    async (page) => {
      // More ink than any digit has.
      const zigzag = Array.from({ length: 25 }, (_, i) => [i % 2 ? 0.15 : 0.85, 0.15 + i * 0.03] as const);
      await stroke(page, zigzag);
      await page.waitForFunction(() => document.getElementById('doubt')?.textContent !== '');
    },
  ],
  [
    'dense',
    async (page) => {
      await page.click('#samples button:nth-child(9)');
      await page.click('[data-variant=dense] label');
      await page.waitForSelector('[value=dense]:checked');
      await measured(page, 'dense');
    },
  ],
  [
    'slider',
    async (page) => {
      await page.click('[data-variant=trained] label');
      await page.focus('#frontier');
      await page.keyboard.press('ArrowRight');
      await page.waitForSelector('[value=other]:checked');
      await page.click('.control summary');
    },
  ],
  [
    'convolutions',
    async (page) => {
      await page.click('.control summary');
      await page.setInputFiles('#file', join(DATA, 'mnist-lenet-8-16-huffman.jpg'));
      await page.waitForSelector('#network .maps canvas:not([hidden])');
    },
  ],
  [
    'message',
    async (page) => {
      await page.click('[data-variant=trained] label');
      const buffer = Buffer.from('hello');
      await page.setInputFiles('#file', { name: 'notes.txt', mimeType: 'text/plain', buffer });
      await page.waitForSelector('.notice');
    },
  ],
  [
    'train',
    async (page) => {
      await page.click('.notice button');
      await page.click('#train-open');
      await page.waitForSelector('#train-canvas');
    },
  ],
  [
    'train-classes',
    async (page) => {
      for (const [index, digits] of [
        [0, 6, 8],
        [1, 4, 7],
      ].entries()) {
        const row = page.locator('.classes > li').nth(index);
        await row.locator('input[type=text]').fill(['round', 'straight'][index]);
        await row.locator('input[type=file]').setInputFiles(digits.map((digit) => picture(`digit-${digit}`)));
        await row.locator('.taken button:nth-child(3)').waitFor();
      }
      await page.locator('.classes > li').nth(2).locator('.remove').click();
    },
  ],
  [
    'trained',
    async (page) => {
      await page.click('#train-start');
      await page.waitForSelector('.get:not([hidden])');
    },
  ],
  [
    'train-photographs',
    async (page) => {
      for (const [index, thing] of THINGS.entries()) {
        const row = page.locator('.classes > li').nth(index);
        while ((await row.locator('.taken button').count()) > 0)
          await row.locator('.taken button').first().click();
        await row.locator('input[type=text]').fill(thing);
        await row.locator('input[type=file]').setInputFiles(await photographs(page, thing, 8, 1));
        await row.locator('.taken button:nth-child(8)').waitFor();
      }
      await page.click('#train-start');
      await page.waitForSelector('.get:not([hidden])');
      await page.locator('.train-pad input[type=file]').setInputFiles(await photographs(page, 'ship', 1, 2));
      await page.waitForFunction(() => document.getElementById('train-answer')?.textContent === 'ship');
    },
  ],
  [
    'trained-in-use',
    async (page) => {
      await page.click('.train-model .use');
      await page.waitForSelector('[value=other]:checked');
      await answered(page, '?');
    },
  ],
  [
    'photographs',
    async (page) => {
      await page.click('text=Digits');
      await answered(page, '3');
      await page.click('text=Photographs');
      await answered(page, 'cat');
      await measured(page, 'other-expanded');
    },
  ],
  [
    'photographs-empty',
    async (page) => {
      await page.click('#clear');
      await answered(page, '?');
    },
  ],
];

/** What the trainer tells apart in photographs. */
const THINGS = ['cat', 'ship'];

function photographs(
  page: Page,
  thing: string,
  count: number,
  seed: number,
): ReturnType<typeof photographsOf> {
  return photographsOf(page.context().browser() as Browser, thing, count, seed);
}

function measured(page: Page, variant: string): Promise<unknown> {
  return page.waitForFunction(
    (id) => /[µm]s$/.test(document.querySelector(`[data-variant=${id}] .time`)?.textContent ?? ''),
    variant,
  );
}

function answered(page: Page, answer: string): Promise<unknown> {
  return page.waitForFunction((wanted) => document.getElementById('answer')?.textContent === wanted, answer);
}

/** A stroke with the mouse; points are parts of the pad's side. */
async function stroke(page: Page, points: readonly (readonly [number, number])[]): Promise<void> {
  await page.locator('#pad').scrollIntoViewIfNeeded();
  const box = await page.locator('#pad').boundingBox();
  if (!box) return;
  const move = ([x, y]: readonly [number, number]) =>
    page.mouse.move(box.x + x * box.width, box.y + y * box.height, { steps: 4 });
  await move(points[0]);
  await page.mouse.down();
  for (const point of points.slice(1)) await move(point);
  await page.mouse.up();
}
