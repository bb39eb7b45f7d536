import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { Random } from '../../src/random.ts';

const SCENES = import.meta.dirname;
const [WIDTH, HEIGHT] = [320, 240];

/** A file as a browser's file picker gives it. */
export interface PictureFile {
  readonly name: string;
  readonly mimeType: 'image/jpeg' | 'image/png';
  readonly buffer: Buffer;
}

/**
 * Photographs of drawn scenes, as someone takes them by hand: never quite the same place, distance, slant and light. Every third
 * is a PNG, the others are JPEGs.
 */
export async function photographsOf(
  browser: Browser,
  scene: string,
  count: number,
  seed: number,
): Promise<PictureFile[]> {
  const random = new Random(seed);
  for (let i = 0; i < 16; i++) random.next();
  const vary = (by: number): number => random.symmetric() * by;
  const drawing = readFileSync(join(SCENES, `${scene}.svg`), 'utf8').replace(
    /width="96" height="96"/,
    `width="${WIDTH}" height="${WIDTH}"`,
  );
  const page = await browser.newPage({ viewport: { width: WIDTH, height: HEIGHT } });
  const files: PictureFile[] = [];
  for (let i = 0; i < count; i++) {
    const place = `translate(${vary(20)}px, ${vary(20) - (WIDTH - HEIGHT) / 2}px) rotate(${vary(8)}deg) scale(${1.15 + vary(0.1)})`;
    const light = `brightness(${1 + vary(0.2)}) saturate(${1 + vary(0.2)})`;
    await page.setContent(
      `<body style="margin:0;overflow:hidden"><div style="transform:${place};filter:${light}">${drawing}</div></body>`,
    );
    const type = i % 3 === 2 ? 'png' : 'jpeg';
    const buffer = await page.screenshot(type === 'png' ? { type } : { type, quality: 85 });
    files.push({
      name: `${scene}-${i}.${type === 'png' ? 'png' : 'jpg'}`,
      mimeType: `image/${type}`,
      buffer,
    });
  }
  await page.close();
  return files;
}
