/**
 * npm run docs:recording: records the page of web/ while a digit is drawn, as it says how it read it, and as it reads photographs:
 * docs/images/page.webp, for the README. Needs Chromium, and ImageMagick to put the frames together.
 */
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WjpegError } from '../src/errors.ts';
import { runProgram } from '../src/terminal/program.ts';
import { launchChromium } from './docs/chromium.ts';
import { buildPage } from './web/build.ts';
import { servePage } from './web/serve.ts';

const OUT = join('docs', 'images', 'page.webp');
const MAX_BYTES = 1_500_000;
/** Wide enough for the picture that is the network to stand beside what it reads. */
const SIZE = { width: 1200, height: 660 };
/** Of a frame while the pen moves, and while there is something to look at, in hundredths of a second. */
const [MOVING, RESTING] = [12, 150];

/** Frames of a line of the pen. */
const PARTS = 5;

type Point = readonly [x: number, y: number];

/** Strokes as parts of the pad's side. */
const SEVEN: readonly Point[] = [
  [0.28, 0.25],
  [0.72, 0.25],
  [0.42, 0.82],
];
/** Of the samples, beside the first, which the page shows by itself. */
const PHOTOGRAPHS = ['a dog', 'a frog', 'a ship'];

await runProgram('docs:recording', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'wjpeg-recording-'));
  await buildPage(folder);
  const server = await servePage(folder, 0);
  const browser = await launchChromium();
  try {
    const page = await browser.newPage({ viewport: SIZE, colorScheme: 'light' });
    await page.goto(server.address);
    await page.waitForSelector('#frontier:enabled');
    const frames: string[] = [];
    const shoot = async (delay: number): Promise<void> => {
      const path = join(folder, `frame-${frames.length}.png`);
      await writeFile(path, await page.screenshot());
      frames.push('-delay', String(delay), path);
    };
    const scrollTo = (selector: string): Promise<void> =>
      page
        .locator(selector)
        .evaluate((part) => window.scrollTo(0, part.getBoundingClientRect().top + scrollY - 16));
    await page.click('#clear');
    await scrollTo('.play');
    const box = await page.locator('#pad').boundingBox();
    if (!box) throw new WjpegError('unavailable', 'RECORDING', 'the page has no drawing pad');
    const at = ([x, y]: Point): Point => [box.x + x * box.width, box.y + y * box.height];
    await page.mouse.move(...at(SEVEN[0]));
    await page.mouse.down();
    for (const [i, point] of SEVEN.slice(1).entries()) {
      const [from, to] = [at(SEVEN[i]), at(point)];
      for (let part = 1; part <= PARTS; part++) {
        const [x, y] = [0, 1].map((axis) => from[axis] + ((to[axis] - from[axis]) * part) / PARTS);
        await page.mouse.move(x, y, { steps: 4 });
        await shoot(MOVING);
      }
    }
    await page.mouse.up();
    await page.waitForFunction(() => document.getElementById('answer')?.textContent === '7');
    await page.waitForTimeout(300);
    await shoot(RESTING);
    // How it read it.
    await page.waitForFunction(() => /speaks/.test(document.querySelector('#how')?.textContent ?? ''));
    await scrollTo('#how');
    await shoot(2 * RESTING);
    await page.click('text=Photographs');
    const rested = async (label: string): Promise<void> => {
      await page.waitForFunction(
        (wanted) => document.getElementById('answer')?.textContent === wanted,
        label,
      );
      await scrollTo('.play');
      // Bars grow.
      await page.waitForTimeout(300);
      await shoot(RESTING);
    };
    await rested('cat');
    for (const what of PHOTOGRAPHS) {
      await page.click(`[alt="Try ${what}"]`);
      await rested(what.replace('a ', ''));
    }
    execFileSync('convert', ['-loop', '0', ...frames, '-quality', '60', OUT]);
    const { size } = await stat(OUT);
    process.stdout.write(`${OUT}: ${size} bytes\n`);
    if (size > MAX_BYTES)
      throw new WjpegError('limit', 'RECORDING', `${OUT} has ${size} bytes, expected at most ${MAX_BYTES}`);
  } finally {
    await browser.close();
    server.close();
    await rm(folder, { recursive: true });
  }
});
