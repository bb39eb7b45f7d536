import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readFrameHeader } from '../../src/jpeg/index.ts';
import { InferenceSession } from '../../src/runtime/session.ts';
import { type PictureFile, photographsOf } from '../../tools/scenes/photographs.ts';
import { describeInChromium } from '../in-chromium.ts';
import { seriousFaults } from './axe.ts';
import { openSite, type Site } from './site.ts';

const THINGS = ['cat', 'ship', 'truck'] as const;
const DATA = join(import.meta.dirname, '..', '..', 'data');

describeInChromium('training on photographs in the page', () => {
  let site: Site;
  let page: Page;
  let bytes: Buffer;
  const complaints: string[] = [];
  /** By thing: to learn, and others to ask about. */
  const files = new Map<string, { readonly known: PictureFile[]; readonly others: PictureFile[] }>();

  const openTrainer = async (visitor: Page): Promise<void> => {
    await visitor.goto(site.address);
    await visitor.click('#train-open');
    await visitor.waitForSelector('#train-canvas');
  };

  beforeAll(async () => {
    site = await openSite(['--use-fake-device-for-media-stream']);
    for (const [index, thing] of THINGS.entries()) {
      files.set(thing, {
        known: await photographsOf(site.browser, thing, 10, 1 + index),
        others: await photographsOf(site.browser, thing, 10, 101 + index),
      });
    }
    page = await site.visit(complaints);
    await openTrainer(page);
  });

  afterAll(() => site?.close());

  const text = async (selector: string): Promise<string> =>
    (await page.locator(selector).textContent()) ?? '';
  const row = (index: number, visitor = page) => visitor.locator('.classes > li').nth(index);
  const count = async (index: number): Promise<string | null> => row(index).locator('.count').textContent();
  const known = (thing: string): PictureFile[] => files.get(thing)?.known ?? [];
  const others = (thing: string): PictureFile[] => files.get(thing)?.others ?? [];
  /** Drops files on a part of the page, with what a browser sends before. */
  const drop = async (selector: string, dropped: readonly PictureFile[]): Promise<void> => {
    await page.evaluate(
      ([where, list]) => {
        const transfer = new DataTransfer();
        for (const { name, mimeType, base64 } of list) {
          const samples = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
          transfer.items.add(new File([samples], name, { type: mimeType }));
        }
        for (const type of ['dragenter', 'dragover', 'drop'])
          document
            .querySelector(where)
            ?.dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer: transfer }));
      },
      [
        selector,
        dropped.map(({ name, mimeType, buffer }) => ({ name, mimeType, base64: buffer.toString('base64') })),
      ] as const,
    );
  };
  const train = async (visitor = page): Promise<void> => {
    await visitor.click('#train-start');
    await visitor.waitForSelector('.get:not([hidden])');
  };
  const read = async (wanted: string): Promise<string> => {
    await page.waitForSelector('.train-read[aria-busy=false]');
    await page
      .waitForFunction((label) => document.getElementById('train-answer')?.textContent === label, wanted, {
        timeout: 2000,
      })
      .catch(() => {});
    return text('#train-answer');
  };

  it('takes JPEG and PNG files that are chosen or dropped for a class', async () => {
    for (const [index, thing] of THINGS.entries()) {
      await row(index).locator('input[type=text]').fill(thing);
      const all = known(thing);
      await row(index).locator('input[type=file]').setInputFiles(all.slice(0, 6));
      await row(index).locator('.taken button:nth-child(6)').waitFor();
      await drop(`.classes > li:nth-child(${index + 1}) .count`, all.slice(6));
      await row(index).locator('.taken button:nth-child(10)').waitFor();
      expect(await count(index)).toBe('10 pictures');
    }
    // The page's own pad keeps what it had, and nothing is being dragged any more.
    expect(await text('#answer')).toBe('3');
    expect(await page.locator('body[data-dragging]').count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  it('tells in one message of all files that are no pictures, and takes the others', async () => {
    const none = (name: string): { name: string; mimeType: string; buffer: Buffer } => ({
      name,
      mimeType: 'text/plain',
      buffer: Buffer.from('hello'),
    });
    await row(0)
      .locator('input[type=file]')
      .setInputFiles([none('a.txt'), known('cat')[0], none('b.txt')]);
    await page.waitForSelector('.notice');
    await row(0).locator('.taken button:nth-child(11)').waitFor();
    expect(await text('.notice > p')).toMatch(/^“a.txt” and 1 more are no pictures .* PNG or JPEG files\.$/);
    await page.click('.notice button');
    await row(0).locator('.taken button:nth-child(11)').click();
    expect(await count(0)).toBe('10 pictures');
    await drop('.classes > li:nth-child(2)', [
      { name: 'c.txt', mimeType: 'image/png', buffer: Buffer.from('hello') },
    ]);
    await page.waitForSelector('.notice');
    expect(await text('.notice > p')).toMatch(/^“c.txt” is no picture/);
    await page.click('.notice button');
    expect(await count(1)).toBe('10 pictures');
    expect(complaints).toEqual([]);
  });

  it('turns a photograph as its Exif orientation says', async () => {
    // A phone held upright writes the picture lying, and how to turn it.
    const lying = await site.browser.newPage({ viewport: { width: 64, height: 32 } });
    await lying.setContent('<body style="margin:0;background:linear-gradient(90deg,#fff 50%,#c00 50%)">');
    const jpeg = await lying.screenshot({ type: 'jpeg', quality: 90 });
    await lying.close();
    await row(0)
      .locator('input[type=file]')
      .setInputFiles({ name: 'upright.jpg', mimeType: 'image/jpeg', buffer: withOrientation(jpeg, 6) });
    const thumbnail = row(0).locator('.taken button:nth-child(11) canvas');
    await thumbnail.waitFor();
    // Turned to the right: what was at the left is above.
    const [above, below] = await thumbnail.evaluate((canvas: HTMLCanvasElement) => {
      const context = canvas.getContext('2d') as CanvasRenderingContext2D;
      return [4, 28].map((y) => [...context.getImageData(16, y, 1, 1).data.subarray(0, 3)]);
    });
    expect(Math.min(...above)).toBeGreaterThan(230);
    expect(below[0]).toBeGreaterThan(180);
    expect(Math.max(below[1], below[2])).toBeLessThan(40);
    await row(0).locator('.taken button:nth-child(11)').click();
  });

  it('learns them in seconds and a kilobyte, and reads other photographs', async () => {
    const start = performance.now();
    await train();
    const seconds = (performance.now() - start) / 1000;
    const [download] = await Promise.all([page.waitForEvent('download'), page.click('.get a')]);
    bytes = readFileSync(await download.path());
    expect(await text('.train-model .far')).toMatch(/^Trained\. Show it something by camera or file/);

    const wrong: string[] = [];
    for (const thing of THINGS) {
      for (const file of others(thing)) {
        await page.locator('.train-pad input[type=file]').setInputFiles(file);
        const answer = await read(thing);
        if (answer !== thing) wrong.push(`${file.name} read as ${answer}`);
      }
    }
    console.log(
      `training on photographs: ${seconds.toFixed(1)} s, ${bytes.length} bytes, ${30 - wrong.length} of 30 right`,
    );
    expect(wrong.length).toBeLessThanOrEqual(1);
    expect(bytes.length).toBeLessThanOrEqual(4096);
    expect(seconds).toBeLessThan(20);

    // What was downloaded reads the same files in Node.
    const session = await InferenceSession.create(bytes);
    expect(session.labels).toEqual(THINGS);
    for (const thing of THINGS) expect((await session.infer(others(thing)[0].buffer)).label).toBe(thing);
    session.dispose();
    expect(complaints).toEqual([]);
  });

  it('adds what it was shown to a class, and forgets it for a drawing', async () => {
    await drop('.train-pad .paper', [others('ship')[1]]);
    expect(await read('ship')).toBe('ship');
    expect(await row(1).locator('.take').textContent()).toMatch(/^Add photo/);
    await row(1).locator('.take').click();
    await row(1).locator('.taken button:nth-child(11)').waitFor();
    expect(await read('?')).toBe('?');
    expect(await row(1).locator('.take').textContent()).toMatch(/^Add drawing/);
    await page.locator('.train-pad input[type=file]').setInputFiles(others('cat')[0]);
    expect(await read('cat')).toBe('cat');
    await page.focus('#train-canvas');
    await page.keyboard.press('Space');
    await page.keyboard.press('ArrowDown');
    expect(await row(1).locator('.take').textContent()).toMatch(/^Add drawing/);
    await page.keyboard.press('Delete');
    expect(complaints).toEqual([]);
  });

  it('answers on the page above, which shows it as the picture that it is and says what it knows', async () => {
    await page.click('.train-model .use');
    await page.waitForSelector('[value=other]:checked');
    // It has not been asked about anything yet.
    await page.waitForFunction(() => document.getElementById('answer')?.textContent === '?');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('pad');
    await page.waitForFunction(() =>
      /cat, ship, and truck/.test(document.querySelector('#pad-help')?.textContent ?? ''),
    );
    const { width, height } = readFrameHeader(bytes);
    const shown = await page.$eval('#model-picture', async (image: HTMLImageElement) => {
      await image.decode();
      return [image.naturalWidth, image.naturalHeight];
    });
    expect(shown).toEqual([width, height]);
    const [download] = await Promise.all([page.waitForEvent('download'), page.click('#model-download')]);
    expect(download.suggestedFilename()).toBe('model.jpg');
    expect(readFileSync(await download.path())).toEqual(bytes);
    for (const thing of THINGS) {
      await page.setInputFiles('#file', others(thing)[2]);
      await page.waitForFunction((label) => document.getElementById('answer')?.textContent === label, thing);
    }
    expect(complaints).toEqual([]);
  });

  it.each([1440, 390])('has nothing serious for axe while it is used, %i pixels wide', async (width) => {
    await page.setViewportSize({ width, height: 900 });
    await page.locator('.train-pad input[type=file]').setInputFiles(others('cat')[1]);
    expect(await read('cat')).toBe('cat');
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      expect(await seriousFaults(page)).toEqual([]);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
    }
  });

  it('keeps the focus, and what has it in sight, beside the pad that stays on a phone', async () => {
    await page.setViewportSize({ width: 390, height: 844 });
    await page.focus('#train-start');
    await page.keyboard.press('Enter');
    await page.waitForSelector('#train-stop:focus');
    await page.waitForSelector('#train-start:focus');
    // Backwards, so that the page scrolls up and things come out from under the pad.
    await page.focus('.train-model .use');
    const hidden: string[] = [];
    for (let i = 0; i < 30; i++) {
      await page.keyboard.press('Shift+Tab');
      hidden.push(
        ...(await page.evaluate(() => {
          const { activeElement: focused } = document;
          if (!focused?.closest('.train-side')) return [];
          const { left, top, width, height } = focused.getBoundingClientRect();
          const seen = document.elementFromPoint(left + width / 2, top + height / 2);
          return focused.contains(seen) ? [] : [focused.outerHTML];
        })),
      );
    }
    expect(hidden).toEqual([]);
    expect(complaints).toEqual([]);
  });

  describe('by camera', () => {
    it('collects photos, and reads what it sees until it is put away', async () => {
      const heard: string[] = [];
      const visitor = await site.visit(heard, { permissions: ['camera'] });
      await openTrainer(visitor);
      const tracks = (): Promise<string[]> =>
        visitor.$eval('#train-video', (video: HTMLVideoElement) =>
          ((video.srcObject as MediaStream | null)?.getTracks() ?? []).map(({ readyState }) => readyState),
        );
      // Twice: the second press must not ask for a second stream.
      await visitor.locator('#train-camera').evaluate((button: HTMLButtonElement) => {
        button.click();
        button.click();
      });
      await visitor.waitForSelector('#train-camera[aria-pressed=true]');
      expect(await tracks()).toEqual(['live']);
      expect(await row(0, visitor).locator('.take').textContent()).toMatch(/^Add photo/);
      await row(0, visitor).locator('input[type=text]').fill('pattern');
      await row(1, visitor).locator('input[type=text]').fill('cat');
      await row(2, visitor).locator('.remove').click();
      for (let i = 1; i <= 5; i++) {
        await row(0, visitor).locator('.take').click();
        await row(0, visitor).locator(`.taken button:nth-child(${i})`).waitFor();
      }
      await row(1, visitor).locator('input[type=file]').setInputFiles(known('cat').slice(0, 5));
      await row(1, visitor).locator('.taken button:nth-child(5)').waitFor();
      await train(visitor);
      await visitor.waitForFunction(() => document.getElementById('train-answer')?.textContent === 'pattern');
      expect(await seriousFaults(visitor)).toEqual([]);
      await visitor.click('#train-camera');
      await visitor.waitForSelector('#train-camera[aria-pressed=false]');
      expect(await tracks()).toEqual([]);
      await visitor.waitForFunction(() => document.getElementById('train-answer')?.textContent === '?');
      // Taken back while it is on, as by unplugging it.
      await visitor.click('#train-camera');
      await visitor.waitForSelector('#train-camera[aria-pressed=true]');
      await visitor.$eval('#train-video', (video: HTMLVideoElement) =>
        (video.srcObject as MediaStream).getTracks()[0].dispatchEvent(new Event('ended')),
      );
      await visitor.waitForSelector('#train-camera[aria-pressed=false]');
      expect(await visitor.textContent('.notice > p')).toBe('The camera has gone: draw, or add files.');
      expect(heard).toEqual([]);
      await visitor.close();
    });

    it.each([
      ['NotAllowedError', /^The page may not use the camera.*, draw, or add files\.$/],
      ['NotFoundError', /^No camera was found.*, draw, or add files\.$/],
      ['NotReadableError', /^The camera is in use elsewhere.*, draw, or add files\.$/],
    ])('says in one message why there is none (%s), and goes on', async (name, sentence) => {
      const heard: string[] = [];
      const visitor = await site.visit(heard);
      // The browser itself refuses where nobody has allowed it; the others are told in its place.
      if (name !== 'NotAllowedError')
        await visitor.addInitScript((error) => {
          navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('no', error));
        }, name);
      await openTrainer(visitor);
      await visitor.click('#train-camera');
      await visitor.waitForSelector('.notice');
      expect(await visitor.locator('.notice').count()).toBe(1);
      expect(await visitor.textContent('.notice > p')).toMatch(sentence);
      expect(await visitor.getAttribute('#train-camera', 'aria-pressed')).toBe('false');
      await row(0, visitor)
        .locator('input[type=file]')
        .setInputFiles(join(DATA, 'scenes', 'cat.jpg'));
      await row(0, visitor).locator('.taken button').waitFor();
      expect(heard).toEqual([]);
      await visitor.close();
    });
  });
});

/** The JPEG with an Exif segment that says how to turn it (Exif 2.3, tag 0x0112). */
function withOrientation(jpeg: Buffer, orientation: number): Buffer {
  const tiff = Buffer.from('49492a0008000000010012010300010000000000000000000000', 'hex');
  tiff.writeUInt16LE(orientation, 18);
  const body = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), tiff]);
  const head = Buffer.from([0xff, 0xe1, 0, body.length + 2]);
  return Buffer.concat([jpeg.subarray(0, 2), head, body, jpeg.subarray(2)]);
}
