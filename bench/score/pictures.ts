import { createWriteStream, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { encode } from 'jpeg-js';
import { pack } from 'tar-stream';
import type { LabelledPictures } from '../../src/image/labelled-pictures.ts';
import { encodePng } from '../../src/png/encode.ts';

/** Pictures per folder. */
const PER_FOLDER = 1000;
/** One in so many is a JPEG: their encoder takes 40 ms to start, for each. */
const JPEG_EVERY = 10;
/** Of JPEGs. */
const QUALITY = 90;

const isJpeg = (index: number): boolean => index % JPEG_EVERY === 1;

/** The name of a picture of a data set below its folder: a few are JPEGs. */
export function pictureName(index: number): string {
  const six = (number: number): string => String(number).padStart(6, '0');
  return join(six(Math.floor(index / PER_FOLDER)), `${six(index)}.${isJpeg(index) ? 'jpg' : 'png'}`);
}

/** A picture of a data set as a file of that name. */
function pictureFile({ pictures, width, height, channels = 1 }: LabelledPictures, index: number): Uint8Array {
  const area = width * height;
  const planes = pictures.subarray(index * channels * area, (index + 1) * channels * area);
  const [perPixel, last] = isJpeg(index) ? [4, 3] : [channels, channels - 1];
  const samples = new Uint8Array(area * perPixel);
  for (let at = 0; at < area; at++) {
    for (let channel = 0; channel <= last; channel++)
      samples[at * perPixel + channel] = planes[Math.min(channel, channels - 1) * area + at];
  }
  if (isJpeg(index)) return encode({ width, height, data: samples }, QUALITY).data;
  return encodePng({ width, height, channels: channels as 1 | 3, samples });
}

/** Writes the first `count` pictures as PNG and JPEG files, a thousand per folder. */
export function writePictures(folder: string, data: LabelledPictures, count: number): void {
  for (let index = 0; index < count; index++) {
    const path = join(folder, pictureName(index));
    if (index % PER_FOLDER === 0) mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, pictureFile(data, index));
  }
}

/** The pictures that `writePictures` has written to `folder` as a tar archive, by their paths. */
export async function writeTar(file: string, count: number, folder: string): Promise<void> {
  const archive = pack();
  const written = pipeline(archive, createWriteStream(file));
  for (let index = 0; index < count; index++) {
    const name = join(folder, pictureName(index));
    const bytes = readFileSync(name);
    // Waits while the file is written.
    await new Promise<void>((resolve, reject) => {
      archive.entry({ name }, bytes, (error) => (error ? reject(error) : resolve()));
    });
  }
  archive.finalize();
  await written;
}
