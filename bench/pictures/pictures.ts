import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readPng } from '../../src/png/decode.ts';
import { mulberry32 } from '../../src/random.ts';
import { DATA } from '../peers/field.ts';
import type { Sharp } from './peers.ts';

/** Pictures of one kind, as files. */
export interface PictureSet {
  readonly name: string;
  readonly format: 'jpeg' | 'png';
  readonly colour: boolean;
  readonly megapixels: number;
  readonly files: readonly Uint8Array[];
}

/** Samples of 8 bits, row-major, the channels of a pixel beside one another. */
interface Samples {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly data: Uint8Array;
}

const QUALITY = 90;

/** The digits of data/pictures, 28×28 in grey, so that small files differ as they do in use. */
export async function digits(sharp: Sharp): Promise<PictureSet[]> {
  const pictures = Array.from({ length: 10 }, (_, digit): Samples => {
    const file = readFileSync(join(DATA, 'pictures', `digit-${digit}.png`));
    const png = readPng(file, () => {});
    const { width, height } = png.header;
    const data = new Uint8Array(width * height);
    png.visitRows(({ samples, y }) => data.set(samples, y * width));
    return { width, height, channels: 1, data };
  });
  return [
    await jpegs(sharp, '28×28 grey', pictures, { optimiseCoding: false }),
    await jpegs(sharp, '28×28 grey, tables of its own', pictures, { optimiseCoding: true }),
    await pngs(sharp, '28×28 grey', pictures),
  ];
}

/** Scenes in colour: shaded areas with edges, and noise as of a sensor. */
export async function scenes(
  sharp: Sharp,
  width: number,
  height: number,
  withProgressive: boolean,
): Promise<PictureSet[]> {
  const count = width < 100 ? 8 : 1;
  const pictures = Array.from({ length: count }, (_, index) => scene(width, height, index + 1));
  const name = `${width}×${height} colour`;
  return [
    await jpegs(sharp, name, pictures, { optimiseCoding: false }),
    ...(withProgressive ? [await jpegs(sharp, `${name}, progressive`, pictures, { progressive: true })] : []),
    await pngs(sharp, name, pictures),
  ];
}

async function jpegs(
  sharp: Sharp,
  name: string,
  pictures: readonly Samples[],
  options: object,
): Promise<PictureSet> {
  const files: Uint8Array[] = [];
  for (const picture of pictures) {
    files.push(
      await encoded(sharp, picture)
        .jpeg({ quality: QUALITY, ...options })
        .toBuffer(),
    );
  }
  return setOf(name, 'jpeg', pictures, files);
}

async function pngs(sharp: Sharp, name: string, pictures: readonly Samples[]): Promise<PictureSet> {
  const files: Uint8Array[] = [];
  // Deflated as fast as it goes: of scenes with noise little more is to be gained.
  for (const picture of pictures) {
    files.push(await encoded(sharp, picture).png({ compressionLevel: 1 }).toBuffer());
  }
  return setOf(name, 'png', pictures, files);
}

function encoded(sharp: Sharp, { width, height, channels, data }: Samples): ReturnType<Sharp> {
  const picture = sharp(data, { raw: { width, height, channels }, limitInputPixels: false });
  return channels === 1 ? picture.toColourspace('b-w') : picture;
}

function setOf(
  name: string,
  format: PictureSet['format'],
  [{ width, height, channels }]: readonly Samples[],
  files: readonly Uint8Array[],
): PictureSet {
  return { name, format, colour: channels === 3, megapixels: (width * height) / 1e6, files };
}

function scene(width: number, height: number, seed: number): Samples {
  const random = mulberry32(seed);
  const discs = Array.from({ length: 40 }, () => ({
    x: random() * width,
    y: random() * height,
    squared: ((0.02 + 0.15 * random()) * width) ** 2,
    colour: [random(), random(), random()].map((level) => 255 * level),
  }));
  const data = new Uint8Array(width * height * 3);
  for (let y = 0, at = 0; y < height; y++) {
    // Only those that cross a row are looked at in it.
    const near = discs.filter((disc) => (y - disc.y) ** 2 < disc.squared);
    for (let x = 0; x < width; x++, at += 3) {
      const disc = near.find((one) => (x - one.x) ** 2 + (y - one.y) ** 2 < one.squared);
      const shade = 60 + 60 * Math.sin((9 * x) / width) * Math.cos((7 * y) / height);
      const noise = 12 * random();
      for (let channel = 0; channel < 3; channel++) {
        const level = disc ? disc.colour[channel] : 90 + 30 * channel - shade / 2;
        data[at + channel] = Math.min(255, Math.max(0, 0.7 * level + shade + noise));
      }
    }
  }
  return { width, height, channels: 3, data };
}
