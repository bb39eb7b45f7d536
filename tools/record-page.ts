/**
 * npm run docs:recording: records the page of web/ while digits are drawn, and how it works: docs/images/page.webp, for the README. Needs
 * Chromium, and ImageMagick to put the frames together.
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
/** Of a frame while the pen moves, and of the last of a digit, in hundredths of a second. */
const [MOVING, RESTING] = [12, 120];

type Point = readonly [x: number, y: number];

/** Strokes as parts of the pad's side. */
const DIGITS: readonly (readonly Point[])[] = [
  [
    [0.28, 0.25],
    [0.72, 0.25],
    [0.42, 0.82],
  ],
  [
    [0.3, 0.3],
    [0.5, 0.2],
    [0.7, 0.34],
    [0.52, 0.5],
    [0.72, 0.66],
    [0.5, 0.82],
    [0.28, 0.72],
  ],
];

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
    for (const points of DIGITS) {
      await page.click('#clear');
      await page
        .locator('.play')
        .evaluate((play) => scrollTo(0, play.getBoundingClientRect().top + scrollY - 16));
      const box = await page.locator('#pad').boundingBox();
      if (!box) throw new WjpegError('unavailable', 'RECORDING', 'the page has no drawing pad');
      const at = ([x, y]: Point): Point => [box.x + x * box.width, box.y + y * box.height];
      await page.mouse.move(...at(points[0]));
      await page.mouse.down();
      for (const [i, point] of points.slice(1).entries()) {
        const [from, to] = [at(points[i]), at(point)];
        for (const part of [1 / 3, 2 / 3, 1]) {
          await page.mouse.move(from[0] + (to[0] - from[0]) * part, from[1] + (to[1] - from[1]) * part, {
            steps: 4,
          });
          await shoot(MOVING);
        }
      }
      await page.mouse.up();
      await page.waitForTimeout(300);
      await shoot(RESTING);
    }
    // How it read the last digit.
    await page.waitForFunction(() => /speaks/.test(document.querySelector('#how')?.textContent ?? ''));
    await page.locator('#how').evaluate((how) => scrollTo(0, how.getBoundingClientRect().top + scrollY - 16));
    await shoot(2 * RESTING);
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
