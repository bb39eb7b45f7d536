import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Page, Response } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { readWjz } from '../../src/format/read.ts';
import { writeModel } from '../../src/format/write-model.ts';
import { readFrameHeader } from '../../src/jpeg/index.ts';
import { InferenceSession } from '../../src/runtime/session.ts';
import { fromFloat32 } from '../../src/safetensors/from-float32.ts';
import { writeSafetensors } from '../../src/safetensors/write.ts';
import { formatBytes } from '../../src/text/numbers.ts';
import { POLICY } from '../../tools/web/build.ts';
import { pngOfSamples } from '../image/png-builder.ts';
import { describeInChromium } from '../in-chromium.ts';
import { seriousFaults } from './axe.ts';
import { openSite, type Site } from './site.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const REFERENCE = process.env.WJPEG_REFERENCE_MODEL;
const NO_REFERENCE = 'original weights: skipped, WJPEG_REFERENCE_MODEL is not set';
const data = (name: string): Buffer => readFileSync(join(ROOT, 'data', name));

describeInChromium('the page', () => {
  let site: Site;
  let page: Page;
  const complaints: string[] = [];
  const published = (name: string): string => join(site.folder, name);

  beforeAll(async () => {
    site = await openSite();
  });

  afterAll(() => site?.close());

  beforeEach(() => {
    complaints.length = 0;
  });

  const waitForAnswer = (label: string) =>
    page.waitForFunction((wanted) => document.getElementById('answer')?.textContent === wanted, label);
  const clear = async (): Promise<void> => {
    await page.evaluate(() => document.getElementById('clear')?.click());
    await waitForAnswer('?');
  };
  const open = async (): Promise<Response | null> => {
    const response = await page.goto(site.address);
    await page.waitForSelector('[value=expanded]:enabled');
    await page.waitForSelector('#frontier:enabled');
    // Without the digit that the page begins with.
    await clear();
    return response;
  };
  const text = async (selector: string): Promise<string> =>
    (await page.locator(selector).textContent()) ?? '';
  const card = (id: string, part: string): Promise<string> => text(`[data-variant=${id}] .${part}`);

  /** A stroke with the mouse; points are parts of the pad's side. */
  const stroke = async (points: readonly (readonly [number, number])[]): Promise<void> => {
    const box = await page.locator('#pad').boundingBox();
    if (!box) throw new Error('no pad');
    const at = ([x, y]: readonly [number, number]) =>
      [box.x + x * box.width, box.y + y * box.height] as const;
    await page.mouse.move(...at(points[0]));
    await page.mouse.down();
    for (const point of points.slice(1)) await page.mouse.move(...at(point), { steps: 8 });
    await page.mouse.up();
  };
  const seven = () =>
    stroke([
      [0.28, 0.25],
      [0.72, 0.25],
      [0.42, 0.82],
    ]);

  const drop = async (name: string, bytes: Uint8Array): Promise<void> => {
    const base64 = Buffer.from(bytes).toString('base64');
    await page.evaluate(
      ([fileName, encoded]) => {
        const transfer = new DataTransfer();
        transfer.items.add(new File([Uint8Array.from(atob(encoded), (c) => c.charCodeAt(0))], fileName));
        document.body.dispatchEvent(
          new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer: transfer }),
        );
      },
      [name, base64] as const,
    );
  };

  const stillWorks = async (): Promise<void> => {
    await page.click('#samples button:nth-child(8)');
    await waitForAnswer('7');
  };

  // A visit takes seconds: these tests only choose the first model again and clear the pad; what they load stays.
  describe('open for all of these', () => {
    const hosts = new Set<string>();
    let answered: Response | null;

    beforeAll(async () => {
      page = await site.visit(complaints);
      page.on('request', (request) => {
        const url = new URL(request.url());
        if (url.protocol.startsWith('http')) hosts.add(url.origin);
      });
      answered = await open();
    });

    beforeEach(async () => {
      await page.click('[data-variant=trained] label');
      await page.evaluate(() => scrollTo(0, 0));
      await clear();
    });

    afterAll(() => page?.close());

    it('reads what the mouse draws, and lights neurons', async () => {
      expect(await text('#answer')).toBe('?');
      await seven();
      await waitForAnswer('7');
      const shares = await page.locator('#bars .share').allInnerTexts();
      expect(shares).toHaveLength(10);
      expect(shares.reduce((sum, share) => sum + Number.parseFloat(share), 0)).toBeCloseTo(100, 0);
      // Outlines around tiles whose weights stay as they are. Read in one go: strokes are answered while they
      // are drawn, so that a moment later the page may tell of the next answer.
      const { firing, drawn, inside } = await page.$eval('#lights', (canvas: HTMLCanvasElement) => {
        const { data } = (canvas.getContext('2d') as CanvasRenderingContext2D).getImageData(
          0,
          0,
          canvas.width,
          canvas.height,
        );
        const opacity = (x: number, y: number): number => data[4 * (y * canvas.width + x) + 3];
        const middles = Array.from({ length: 512 }, (_, n) =>
          opacity((n % 16) * 32 + 16, (n >> 4) * 32 + 16),
        );
        const edges = Array.from({ length: 512 }, (_, n) => opacity((n % 16) * 32 + 16, (n >> 4) * 32));
        return {
          firing: document.getElementById('firing')?.textContent ?? '',
          drawn: edges.filter(Boolean).length,
          inside: middles.filter(Boolean).length,
        };
      });
      expect(firing).toMatch(/^[1-9]\d* of 512 neurons fire/);
      expect(drawn).toBe(Number.parseInt(firing, 10));
      expect(inside).toBe(0);
      // How it works tells of the neuron that fires most, by the same figures. It follows the drawing a moment
      // later: until it has, it tells of an earlier answer, in which the same neuron may fire most.
      const followed = await page.waitForFunction(() => {
        const strongest = document.querySelector('#strongest li:first-child')?.textContent ?? '';
        const [value, neuron] = strongest.split('neuron ');
        const steps = Array.from(document.querySelectorAll('#how li p'), (step) => step.textContent ?? '');
        if (!steps[0]?.startsWith(`Neuron ${neuron} fires most.`)) return undefined;
        if (!steps[3].includes(` give ${value}, which speaks`)) return undefined;
        const canvas = document.querySelector('#how li:nth-child(3) canvas') as HTMLCanvasElement;
        const context = canvas.getContext('2d') as CanvasRenderingContext2D;
        const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
        // Cells of 8×8 pixels, at their middle: those whose red or blue stands out are coefficients.
        let orange = 0;
        for (let y = 4; y < canvas.height; y += 8)
          for (let x = 4; x < canvas.width; x += 8) {
            const [red, , blue] = data.subarray(4 * (y * canvas.width + x));
            orange += Number(Math.abs(red - blue) > 30);
          }
        return { value, neuron, steps, orange };
      });
      const { value, neuron, steps, orange } = (await followed.jsonValue()) ?? expect.fail();
      expect(steps[0]).toMatch(new RegExp(`^Neuron ${neuron} fires most. Its 784 weights`));
      const kept = /Of this neuron’s 1,024, (\d+) are not zero/.exec(steps[2])?.[1];
      expect(steps[3]).toMatch(
        new RegExp(
          `^Your drawing.* ${kept} multiplications and a bias give ${value}, which speaks (for|against) 7.$`,
        ),
      );
      expect(orange).toBe(Number(kept));
      await page.click('#clear');
      await waitForAnswer('?');
      expect(complaints).toEqual([]);
    });

    it('shows the neurons that fire most, large, each cut from the sheet', async () => {
      expect(await page.isVisible('#strongest')).toBe(false);
      await page.click('[data-variant=q20] label');
      await page.click('#samples button:nth-child(9)');
      await waitForAnswer('8');
      await page.waitForFunction(() =>
        /file itself/.test(document.getElementById('sheet-note')?.textContent ?? ''),
      );
      await page.waitForFunction(() => document.querySelectorAll('#strongest li').length === 6);
      const strengths = (await page.locator('#strongest b').allTextContents()).map(Number);
      expect(strengths).toEqual([...strengths].sort((a, b) => b - a));
      expect(strengths.at(-1)).toBeGreaterThan(0);
      const [shown, cut] = await page.evaluate(() => {
        const samples = (canvas: HTMLCanvasElement): number[] =>
          Array.from(canvas.getContext('2d')?.getImageData(0, 0, 32, 32).data ?? []);
        const neuron = Number(/\d+$/.exec(document.querySelector('#strongest span')?.textContent ?? '')?.[0]);
        const tile = document.createElement('canvas');
        // 32 tiles of 32 × 32 a row: that is how this file is laid out.
        const [x, y] = [(neuron % 32) * 32, Math.floor(neuron / 32) * 32];
        tile.getContext('2d')?.drawImage(document.getElementById('sheet') as HTMLImageElement, -x, -y);
        return [samples(document.querySelector('#strongest canvas') as HTMLCanvasElement), samples(tile)];
      });
      expect(new Set(shown).size).toBeGreaterThan(2);
      expect(shown).toEqual(cut);
      await page.click('#clear');
      await waitForAnswer('?');
      await page.waitForSelector('#strongest', { state: 'hidden' });
      expect(complaints).toEqual([]);
    });

    it('stands under its policy, and asks no other host', async () => {
      expect(answered?.headers()['content-security-policy']).toBe(POLICY);
      expect(await page.locator('meta[http-equiv=Content-Security-Policy]').getAttribute('content')).toBe(
        POLICY,
      );
      expect(POLICY).toContain("script-src 'self' 'wasm-unsafe-eval'; img-src 'self' blob: data:");
      await page.click('#samples button:nth-child(4)');
      await waitForAnswer('3');
      expect([...hosts]).toEqual([site.address]);
      expect(complaints).toEqual([]);
    });

    it('switches, with the figures of each side by side', async () => {
      await page.click('#samples button:nth-child(6)');
      await waitForAnswer('5');
      for (const id of ['trained', 'q20', 'expanded']) {
        await page.click(`[data-variant=${id}] label`);
        await waitForAnswer('5');
        await page.waitForFunction(
          (name) => /[µm]s$/.test(document.querySelector(`[data-variant=${name}] .time`)?.textContent ?? ''),
          id,
        );
        expect(await card(id, 'backend')).toBe('wasm');
      }
      // The figures of the input before stand until the new one has been measured.
      await page.waitForFunction(() =>
        ['trained', 'q20', 'expanded'].every((id) =>
          document.querySelector(`[data-variant=${id}] .reads`)?.textContent?.startsWith('5, '),
        ),
      );
      expect(await card('trained', 'network')).toBe('5.4 kB');
      expect(await card('q20', 'network')).toBe('38.1 kB');
      expect(await card('expanded', 'network')).toBe('38.1 kB');
      expect(await card('expanded', 'resident')).toBe('1.63 MB');
      for (const id of ['trained', 'q20', 'expanded'])
        expect(await card(id, 'reads')).toMatch(/^5, \d+\.\d%$/);
      expect(await text('#sheet-note')).toMatch(/decoded from it/);
      // Beside a network that is no picture the page does not say that it were one.
      expect(await text('#model figcaption')).toMatch(/^A network that is a picture: one JPEG of/);
      expect(await page.locator('#sheet').evaluate((image: HTMLImageElement) => image.naturalWidth)).toBe(
        1024,
      );
      expect(complaints).toEqual([]);
    });

    it('plots error over bytes, marks what is chosen, and takes a press on a point', async () => {
      const models: { bytes: number; error: number }[] = JSON.parse(
        readFileSync(published('models.json'), 'utf8'),
      );
      const points = await page
        .locator('#plot circle')
        .evaluateAll((circles) =>
          circles.map((circle) => [
            Number.parseFloat(circle.getAttribute('cx') ?? ''),
            Number(circle.getAttribute('cy')),
          ]),
        );
      expect(points).toHaveLength(models.length);
      // Further right with more bytes, further down with fewer errors.
      for (const [i, point] of points.entries()) {
        for (const [j, other] of points.entries()) {
          expect(Math.sign(point[0] - other[0])).toBe(Math.sign(models[i].bytes - models[j].bytes));
          expect(Math.sign(other[1] - point[1])).toBe(Math.sign(models[i].error - models[j].error));
        }
      }
      const chosen = () =>
        page
          .locator('#plot circle')
          .evaluateAll((circles) =>
            circles.flatMap((circle, i) => (circle.hasAttribute('data-chosen') ? [i] : [])),
          );
      expect(await chosen()).toEqual([Number(await page.inputValue('#frontier'))]);
      // A finger's press beside the point counts too.
      await page.locator('#plot').scrollIntoViewIfNeeded();
      const point = await page.locator('#plot circle:nth-of-type(7)').boundingBox();
      if (!point) throw new Error('no point');
      await page.mouse.click(point.x + point.width + 8, point.y + point.height + 8);
      await page.waitForSelector('[value=other]:checked');
      expect(await chosen()).toEqual([6]);
      expect(await page.inputValue('#frontier')).toBe('6');
      await page.click('summary:has-text("as a table")');
      const rows = await page.locator('#listed tr').allInnerTexts();
      expect(rows).toHaveLength(models.length);
      expect(rows[6]).toContain(formatBytes(models[6].bytes));
      expect(rows[6]).toContain(`${models[6].error.toFixed(2)}%`);
    });

    it('slides from fewest bytes to most', async () => {
      const bytes = JSON.parse(readFileSync(published('models.json'), 'utf8')).map(
        (model: { bytes: number }) => model.bytes,
      );
      expect(bytes).toEqual([...bytes].sort((a: number, b: number) => a - b));
      await page.focus('#frontier');
      await page.keyboard.press('Home');
      await page.waitForFunction(
        () => document.querySelector('[data-variant=other] .network')?.textContent === '1.8 kB',
      );
      expect(await text('#stop')).toMatch(/^1\.8 kB, test error 2\.04%/);
    });

    it('shows a sheet that browsers do not read as what it is: written again', async () => {
      await drop('arithmetic.wjz', data('mnist-mlp-512-trained.wjz'));
      await page.waitForSelector('[value=other]:checked');
      await page.waitForFunction(() =>
        /arithmetic-coded/.test(document.getElementById('sheet-note')?.textContent ?? ''),
      );
      await page.waitForFunction(
        () => (document.getElementById('sheet') as HTMLImageElement).naturalWidth > 0,
      );
      await page.click('[data-variant=q20] label');
      await page.waitForFunction(() =>
        /JPEG of the file itself/.test(document.getElementById('sheet-note')?.textContent ?? ''),
      );
    });

    it('says that a picture is blank, aloud too, and answers again', async () => {
      const paper = Array.from({ length: 40 }, () => new Array<number>(40).fill(245));
      await drop('paper.png', pngOfSamples({ width: 40 }, paper));
      const blank = 'The picture is blank: nothing stands out from its background.';
      await page.waitForFunction((said) => document.getElementById('spoken')?.textContent === said, blank);
      expect(await text('#seen-note')).toBe(blank);
      expect(await text('#answer')).toBe('?');
      expect(new Set(await page.locator('#bars .share').allInnerTexts())).toEqual(new Set(['–']));
      await drop('two.png', data('pictures/digit-2-ink-97x131.png'));
      await waitForAnswer('2');
      expect(await text('#seen-note')).toMatch(/^Network input: the picture, scaled and centred/);
      expect(complaints).toEqual([]);
    });

    it('takes pictures, models and dense weights that are dropped', async () => {
      await drop('two.png', data('pictures/digit-2-ink-97x131.png'));
      await waitForAnswer('2');
      await drop('mine.wjz', data('mnist-lenet-300-100-trained.wjz'));
      await page.waitForSelector('[value=other]:checked');
      expect(await card('other', 'name')).toBe('mine.wjz');
      await page.waitForFunction(() =>
        /of 300 neurons/.test(document.getElementById('firing')?.textContent ?? ''),
      );
      await drop('weights.safetensors', denseWeights());
      await page.waitForSelector('[value=dense]:checked');
      expect(await card('dense', 'resident')).toBe('1.63 MB');
      expect(await card('dense', 'arrived')).toBe('from your disk');
      expect(complaints).toEqual([]);
    });

    it.each([
      ['sequential', false],
      ['progressive', true],
    ])(
      'opens a %s JPEG that is a network as one, and shows it as the picture that it is',
      async (kind, progressive) => {
        const file = readWjz(data('mnist-mlp-512-trained.wjz'));
        const picture = writeModel(file, { file: 'm.jpg', coding: { entropy: 'huffman', progressive } });
        const { width, height } = readFrameHeader(picture);
        await drop('two.png', data('pictures/digit-2-ink-97x131.png'));
        await waitForAnswer('2');
        await drop(`${kind}.jpg`, picture);
        await page.waitForSelector('[value=other]:checked');
        expect(await card('other', 'name')).toBe(`${kind}.jpg`);
        await waitForAnswer('2');
        const shown = await page.evaluate(async (base64) => {
          const image = new Image();
          image.src = `data:image/jpeg;base64,${base64}`;
          await image.decode();
          return [image.naturalWidth, image.naturalHeight];
        }, Buffer.from(picture).toString('base64'));
        expect(shown).toEqual([width, height]);
        expect(await text('#model figcaption')).toMatch(
          new RegExp(
            `^This picture is the network: one JPEG of ${picture.length.toLocaleString('en')} bytes`,
          ),
        );
        expect(complaints).toEqual([]);
      },
    );

    it.skipIf(!REFERENCE)(
      REFERENCE ? 'reads with the original weights as Node does' : NO_REFERENCE,
      async () => {
        const session = await InferenceSession.create(data('mnist-mlp-512-q20.wjz'), {
          path: 'dense',
          dense: readFileSync(REFERENCE as string),
        });
        await page.setInputFiles('#file', REFERENCE as string);
        await page.waitForSelector('[value=dense]:checked');
        expect(await card('dense', 'network')).toBe('1.63 MB');
        for (let digit = 0; digit < 10; digit++) {
          const { label } = await session.infer(data(`pictures/digit-${digit}.png`));
          await page.click(`#samples button:nth-child(${digit + 1})`);
          await waitForAnswer(label);
        }
        session.dispose();
        expect(await text('#sheet-note')).toMatch(/float32 weights from your file/);
        expect(complaints).toEqual([]);
      },
    );

    it.each([
      [
        'notes.txt',
        Buffer.from('hello'),
        /is text \('hello'\), not a picture\. Give this page a PNG or JPEG/,
      ],
      ['cut.wjz', data('mnist-mlp-512-q20.wjz').subarray(0, 20000), /is damaged or incomplete/],
      ['cut.png', data('pictures/digit-3.png').subarray(0, 90), /is damaged or incomplete/],
      ['text.safetensors', Buffer.from('hello'), /uses something that this page does not read/],
      ['empty.png', Buffer.alloc(0), /is not something this page can read/],
    ] as const)('says in a sentence what is wrong with %s, and goes on', async (name, bytes, sentence) => {
      await drop(name, bytes);
      await page.waitForSelector('.notice');
      expect(await text('.notice > p')).toMatch(sentence);
      expect(await text('.notice > p')).toContain(name);
      await page.click('.notice button');
      expect(await page.locator('.notice').count()).toBe(0);
      await stillWorks();
    });

    it('says in a sentence that a slow link broke, and goes on', async () => {
      const parts = '**/*-by-parts.wjz';
      await page.route(parts, (route) => route.abort());
      // Not `check`, which fails where the page has unticked it by then.
      await page.click('#slow', { force: true });
      await page.waitForSelector('.notice');
      expect(await text('.notice > p')).toMatch(/quality 20 model could not be loaded/);
      expect(await page.isChecked('#slow')).toBe(false);
      await stillWorks();
      await page.unroute(parts);
    });
  });

  describe('opened for each of these', () => {
    beforeEach(async () => {
      page = await site.visit(complaints);
    });

    afterEach(() => page.close());

    it('follows a finger on a phone, with the answer in view and the page at rest', async () => {
      await page.close();
      page = await site.visit(complaints, {
        viewport: { width: 390, height: 844 },
        hasTouch: true,
        isMobile: true,
      });
      await open();
      const pad = await page.locator('#pad').boundingBox();
      if (!pad) throw new Error('no pad');
      const devtools = await page.context().newCDPSession(page);
      const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', x = 0, y = 0) =>
        devtools.send('Input.dispatchTouchEvent', {
          type,
          touchPoints: type === 'touchEnd' ? [] : [{ x: pad.x + x * pad.width, y: pad.y + y * pad.height }],
        });
      await touch('touchStart', 0.5, 0.2);
      for (let i = 1; i <= 20; i++) await touch('touchMove', 0.5, 0.2 + i * 0.03);
      await touch('touchEnd');
      await waitForAnswer('1');
      expect(await page.evaluate(() => scrollY)).toBe(0);
      const bars = await page.locator('#bars').boundingBox();
      if (!bars) throw new Error('no bars');
      // What such a phone shows between its browser's own bars.
      expect(bars.y + bars.height - pad.y).toBeLessThanOrEqual(664);
    });

    it('asks at once for all that its first answer needs, and for nothing twice', async () => {
      const asked: string[] = [];
      page.on('request', (request) => asked.push(new URL(request.url()).pathname));
      // What comes after the first answer stays away.
      await page.route('**/rest-*.js', (route) => route.abort());
      const firstAnswer = async (): Promise<string[]> => {
        asked.length = 0;
        await page.goto(site.address);
        await waitForAnswer('3');
        return asked.filter((path) => !path.includes('/rest-'));
      };
      const before = await firstAnswer();
      const announced = await page
        .locator('link[rel=modulepreload], link[rel=preload]')
        .evaluateAll((links) => links.map((link) => new URL((link as HTMLLinkElement).href).pathname));
      expect(announced).toContain('/models/mnist-mlp-512-trained.jpg');
      expect(before.filter((path) => path.endsWith('.js') && !announced.includes(path))).toEqual([]);
      for (const path of announced) expect(before.filter((other) => other === path)).toEqual([path]);
      // Nothing is announced in vain: where nothing is, the page asks for all of it.
      await page.route(`${site.address}/`, async (route) => {
        const body = (await (await route.fetch()).text()).replace(
          /<link[^>]*\b(module)?preload\b[^>]*>/g,
          '',
        );
        await route.fulfill({ contentType: 'text/html', body });
      });
      const unannounced = await firstAnswer();
      expect(await page.locator('link[rel=modulepreload], link[rel=preload]').count()).toBe(0);
      expect(unannounced).toEqual(expect.arrayContaining(announced));
    });

    it('answers over a slow link before all is there, and better later', async () => {
      await page.addInitScript(holdRest);
      await open();
      await page.click('#samples button:nth-child(8)');
      await waitForAnswer('7');
      await page.check('#slow', { force: true });
      await page.waitForFunction(() =>
        /answers already, from/.test(document.getElementById('progress-note')?.textContent ?? ''),
      );
      await page.waitForSelector('[value=q20]:checked');
      const early = await page.locator('#progress').evaluate((bar: HTMLProgressElement) => bar.value);
      expect(early).toBeGreaterThan(0);
      expect(early).toBeLessThan(1);
      await waitForAnswer('7');
      await page.evaluate('sendRest()');
      await page.waitForFunction(() =>
        /all there and checked/.test(document.getElementById('progress-note')?.textContent ?? ''),
      );
      const { size } = statSync(published('models/mnist-mlp-512-q20-by-parts.wjz'));
      await page.waitForFunction(
        (wanted) => document.querySelector('[data-variant=q20] .network')?.textContent === wanted,
        formatBytes(size),
      );
      expect(complaints).toEqual([]);
    });

    it('works with keys alone', async () => {
      await open();
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      expect(await page.evaluate(() => document.activeElement?.id)).toBe('pad');
      await page.keyboard.press('Space');
      for (let i = 0; i < 17; i++) await page.keyboard.press('ArrowDown');
      await waitForAnswer('1');
      await page.keyboard.press('Delete');
      await waitForAnswer('?');
      for (let i = 0; i < 5; i++) await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      await waitForAnswer('4');
      const focus = () => page.evaluate(() => (document.activeElement as HTMLInputElement).value);
      for (let i = 0; i < 12 && (await focus()) !== 'trained'; i++) await page.keyboard.press('Tab');
      await page.keyboard.press('ArrowDown');
      expect(await page.isChecked('[value=q20]')).toBe(true);
    });

    it.each([1440, 390])('has nothing serious for axe %i pixels wide, light or dark', async (width) => {
      await page.setViewportSize({ width, height: 900 });
      await open();
      await page.click('#samples button:nth-child(3)');
      await waitForAnswer('2');
      // What opens on demand, too: a neuron, the trainer with a picture, a message.
      await page.focus('#sheet-frame');
      await page.waitForSelector('#neuron:not([hidden])');
      await page.click('#train-open');
      await page.waitForSelector('#train-canvas');
      await page
        .locator('.classes input[type=file]')
        .first()
        .setInputFiles(join(ROOT, 'data', 'pictures', 'digit-0.png'));
      await page.waitForSelector('.taken button');
      await drop('notes.txt', Buffer.from('hello'));
      await page.waitForSelector('.notice');
      await page.waitForFunction(() => /speaks/.test(document.querySelector('#how')?.textContent ?? ''));
      const backgrounds = new Set<string>();
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        backgrounds.add(await page.evaluate(() => getComputedStyle(document.body).backgroundColor));
        expect(await seriousFaults(page)).toEqual([]);
        expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(width);
      }
      expect(backgrounds.size).toBe(2);
    });

    describe('says in a sentence what went wrong, and goes on', () => {
      /** Opens the page; returns the message that comes meanwhile, which goes by itself after some seconds. */
      const openAndHear = async (): Promise<string | null> => {
        const heard = page.waitForSelector('.notice > p').then((sentence) => sentence.textContent());
        await Promise.all([heard, open()]);
        return heard;
      };

      it('a model that the server does not have', async () => {
        await page.route('**/mnist-mlp-512-trained.jpg', (route) => route.fulfill({ status: 404 }));
        expect(await openAndHear()).toMatch(/trained model could not be loaded/);
        expect(await card('trained', 'status')).toBe('Could not be loaded.');
        await stillWorks();
        expect(await page.isChecked('[value=trained]')).toBe(false);
      });

      it('a model of the slider that is missing', async () => {
        await open();
        await page.route('**/models/mnist-mlp-512-2e-5.wjz', (route) => route.fulfill({ status: 404 }));
        const before = await page.inputValue('#frontier');
        await page.focus('#frontier');
        await page.keyboard.press('Home');
        await page.waitForSelector('.notice');
        expect(await text('.notice > p')).toMatch(/^The model of 1\.8 kB could not be loaded/);
        // The slider stands again at what it had.
        expect(await page.inputValue('#frontier')).toBe(before);
        expect(await text('#stop')).toMatch(/^2\.5 kB/);
        expect(await page.isChecked('[value=trained]')).toBe(true);
        // Whoever closes the notice is where they were.
        await page.focus('.notice button');
        await page.keyboard.press('Enter');
        expect(await page.evaluate(() => document.activeElement?.id)).toBe('frontier');
        await stillWorks();
        await page.focus('#frontier');
        await page.keyboard.press('ArrowRight');
        await page.waitForSelector('[value=other]:checked');
        await stillWorks();
      });

      it('a list of models that is missing', async () => {
        await page.route('**/models.json', (route) => route.fulfill({ status: 404 }));
        await page.goto(site.address);
        await page.waitForSelector('.notice');
        expect(await text('.notice > p')).toMatch(/^The list of models could not be loaded/);
        await page.waitForSelector('[value=trained]:enabled');
        expect(await page.isDisabled('#frontier')).toBe(true);
        await stillWorks();
      });

      it('a browser without WebAssembly', async () => {
        await page.addInitScript('delete globalThis.WebAssembly');
        expect(await openAndHear()).toMatch(/no WebAssembly/);
        expect(await card('trained', 'backend')).toBe('reference');
        await stillWorks();
        expect(complaints).toEqual([]);
      });
    });
  });
});

/** Run in a page: of models by parts only the first 25,000 bytes arrive, until `sendRest` is called. */
function holdRest(): void {
  const rest = new Promise<void>((resolve) => {
    Object.assign(globalThis, { sendRest: resolve });
  });
  const ordinary = globalThis.fetch;
  globalThis.fetch = async (...request) => {
    const response = await ordinary(...request);
    if (!/-by-parts\.wjz$/.test(response.url)) return response;
    let sent = 0;
    const hold = new TransformStream<Uint8Array, Uint8Array>({
      async transform(chunk, controller) {
        const now = Math.max(0, 25_000 - sent);
        sent += chunk.length;
        if (now > 0) controller.enqueue(chunk.subarray(0, now));
        if (now >= chunk.length) return;
        await rest;
        controller.enqueue(chunk.subarray(now));
      },
    });
    return new Response(response.body?.pipeThrough(hold), response);
  };
}

/** Weights of 784-512-10 that say nothing: what counts is that they are taken. */
function denseWeights(): Uint8Array {
  const tensor = (shape: readonly number[]) =>
    fromFloat32(
      Float32Array.from({ length: shape.reduce((a, b) => a * b) }, (_, i) => Math.sin(i) / 20),
      shape,
      'F32',
    );
  return writeSafetensors(
    new Map([
      ['0.weight', tensor([512, 784])],
      ['0.bias', tensor([512])],
      ['2.weight', tensor([10, 512])],
      ['2.bias', tensor([10])],
    ]),
  );
}
