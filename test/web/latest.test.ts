import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { describeInChromium } from '../in-chromium.ts';
import { openSite, type Site } from './site.ts';

const PHOTOGRAPHS = 'cifar10-resnet8-trained.jpg';

describeInChromium('what is asked for last in the page', () => {
  let site: Site;
  let page: Page;
  const complaints: string[] = [];

  beforeAll(async () => {
    site = await openSite();
  });
  afterAll(() => site?.close());
  beforeEach(async () => {
    complaints.length = 0;
    page = await site.visit(complaints);
    await page.addInitScript(holdDownloads);
    await page.goto(site.address);
    await page.waitForSelector('[value=expanded]:enabled');
    await page.waitForSelector('#frontier:enabled');
  });
  afterEach(() => page.close());

  const answered = (label: string): Promise<unknown> =>
    page.waitForFunction((wanted) => document.getElementById('answer')?.textContent === wanted, label);
  /** Files whose names end so are asked for and do not come, until `send`. */
  const hold = (ending: string): Promise<void> =>
    page.evaluate((held) => (globalThis as unknown as Held).hold(held), ending);
  const isAskedFor = (): Promise<unknown> =>
    page.waitForFunction(() => (globalThis as unknown as Held).asked());
  /** Long enough for the page to show what comes now. */
  const send = async (): Promise<void> => {
    await page.evaluate(() => (globalThis as unknown as Held).send());
    await page.waitForTimeout(1000);
  };
  const isChecked = (value: string): Promise<boolean> => page.isChecked(`[value=${value}]`);
  const move = (key: string): Promise<void> => page.locator('#frontier').press(key);

  it.each([
    ['the network', PHOTOGRAPHS],
    ['its first picture', 'scenes/cat.jpg'],
  ])('is digits: they stay when %s for photographs comes', async (_, file) => {
    await hold(file);
    await page.click('text=Photographs');
    await isAskedFor();
    await page.waitForSelector('#kinds[aria-busy=true]');
    await page.click('text=Digits');
    await page.waitForSelector('#kinds[aria-busy=false]');
    await send();
    expect(await isChecked('digits')).toBe(true);
    expect(await page.textContent('#draw-title')).toBe('Draw a digit');
    expect(await page.textContent('#answer')).toBe('3');
    expect(await isChecked('trained')).toBe(true);
    // They come when they are asked for again.
    await page.click('text=Photographs');
    await answered('cat');
    expect(await isChecked('photographs')).toBe(true);
    expect(complaints).toEqual([]);
  });

  it('is a card: it stays when photographs come, and the switch says digits', async () => {
    await hold(PHOTOGRAPHS);
    await page.click('text=Photographs');
    await isAskedFor();
    await page.click('[data-variant=q20] label');
    await page.waitForSelector('[value=digits]:checked');
    await send();
    expect(await isChecked('q20')).toBe(true);
    expect(await isChecked('digits')).toBe(true);
    expect(complaints).toEqual([]);
  });

  it('is photographs: they stay when the dense network would have come, which can be fetched later', async () => {
    await hold('dense.safetensors');
    await page.click('[data-variant=dense] label');
    await isAskedFor();
    await page.click('text=Photographs');
    await answered('cat');
    await send();
    expect(await page.textContent('#answer')).toBe('cat');
    await page.click('text=Digits');
    await answered('3');
    expect(await page.textContent('[data-variant=dense] .status')).toMatch(/^Fetched when you choose it/);
    // A moment after the answer it comes back, and moves the cards: a click meanwhile could begin on one and end beside it.
    await page.waitForSelector('#how:not([hidden])');
    await page.click('[data-variant=dense] label');
    await page.waitForSelector('[data-variant=dense] .status:empty', { state: 'attached' });
    expect(await isChecked('dense')).toBe(true);
    expect(complaints).toEqual([]);
  });

  it('is a drawing: it stays when a sample comes', async () => {
    await hold('digit-7.png');
    await page.click('#samples button:nth-child(8)');
    await isAskedFor();
    await page.focus('#pad');
    await page.keyboard.press('Space');
    for (let i = 0; i < 17; i++) await page.keyboard.press('ArrowDown');
    await answered('1');
    await send();
    expect(await page.textContent('#answer')).toBe('1');
    expect(complaints).toEqual([]);
  });

  it('is a stop of the slider: it stays when a stop before it, or photographs, come', async () => {
    await hold(PHOTOGRAPHS);
    await page.click('text=Photographs');
    await isAskedFor();
    await move('Home');
    await page.waitForSelector('[value=other]:checked');
    const name = await page.textContent('[data-variant=other] .name');
    await send();
    expect(await page.textContent('[data-variant=other] .name')).toBe(name);
    expect(await isChecked('digits')).toBe(true);
    expect(complaints).toEqual([]);
  });
});

interface Held {
  hold(ending: string): void;
  asked(): boolean;
  send(): void;
}

/** Run in a page, before its own scripts. */
function holdDownloads(): void {
  const ordinary = globalThis.fetch;
  let [ending, isAsked] = ['', false];
  let release = (): void => {};
  let held = Promise.resolve();
  Object.assign(globalThis, {
    hold(name: string) {
      [ending, isAsked] = [name, false];
      held = new Promise((resolve) => {
        release = resolve;
      });
    },
    asked: () => isAsked,
    send() {
      ending = '';
      release();
    },
  });
  globalThis.fetch = async (...request) => {
    if (ending !== '' && String(request[0]).endsWith(ending)) {
      isAsked = true;
      await held;
    }
    return ordinary(...request);
  };
}
