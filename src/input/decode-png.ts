import { type DecodedPng, decode } from 'fast-png';
import { Unzlib } from 'fflate';
import { WjpegError } from '../errors.ts';
import { checkPictureSize, type PictureLimits } from './limits.ts';
import { luma601 } from './luma.ts';
import type { DecodedPicture } from './picture.ts';
import { type PngHeader, pngError, readPngChunks, readPngHeader } from './png-chunks.ts';

/** Samples a pixel by colour type (W3C PNG Table 12). */
const CHANNELS: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

/** Adam7: start and step of each pass (W3C PNG 8.2). */
const ADAM7_PASSES: readonly {
  readonly x: number;
  readonly y: number;
  readonly dx: number;
  readonly dy: number;
}[] = [
  { x: 0, y: 0, dx: 8, dy: 8 },
  { x: 4, y: 0, dx: 8, dy: 8 },
  { x: 0, y: 4, dx: 4, dy: 8 },
  { x: 2, y: 0, dx: 4, dy: 4 },
  { x: 0, y: 2, dx: 2, dy: 4 },
  { x: 1, y: 0, dx: 2, dy: 2 },
  { x: 0, y: 1, dx: 1, dy: 2 },
];

/**
 * Decodes a PNG to grey 0…255 and alpha. Every colour type and bit depth; interlaced from 8 bits a sample up.
 * 16-bit samples are scaled by 1/257. Colour profiles and gamma are not applied, as with JPEGs.
 */
export function decodePng(bytes: Uint8Array, limits?: Partial<PictureLimits>): DecodedPicture {
  const { width, height } = readPngHeader(bytes);
  checkPictureSize(width, height, limits);
  const { header, essential, imageData } = readPngChunks(bytes);
  if (header.interlaced && header.bitDepth < 8) {
    // fast-png 8.0 reads such a file as if it had whole bytes a pixel and returns a wrong picture without an error.
    throw pngError(
      'unsupported',
      `interlaced with ${header.bitDepth} bits a sample, wjpeg reads 8 and 16`,
      8,
    );
  }
  checkInflatedSize(header, imageData);
  let png: DecodedPng;
  try {
    png = decode(essential, { checkCrc: true });
  } catch (cause) {
    throw new WjpegError('corrupt', 'PICTURE_PNG', `PNG is damaged: ${(cause as Error).message}`, { cause });
  }
  return { format: 'png', width, height, ...greyAndAlpha(png, header) };
}

/**
 * Inflates the image data a little at a time, keeping nothing, and stops as soon as it is longer than the header says:
 * fast-png inflates whatever comes, so that 1 MB of a zip bomb would take 1 GB. Too little is found as well, which
 * fast-png takes for zeros.
 */
function checkInflatedSize(header: PngHeader, imageData: Uint8Array): void {
  const expected = filteredSize(header);
  let inflated = 0;
  const inflator = new Unzlib((chunk) => {
    inflated += chunk.length;
  });
  // Deflate expands at most 1032 times, so a step is at most 8 MB. Steps do not follow the chunks, which may be of one
  // byte each: every push has the inflator copy its window.
  const step = 8192;
  try {
    for (let start = 0; start < imageData.length && inflated <= expected; start += step) {
      inflator.push(imageData.slice(start, start + step), false);
    }
    if (inflated <= expected) inflator.push(new Uint8Array(0), true);
  } catch (cause) {
    throw new WjpegError('corrupt', 'PICTURE_PNG', `PNG image data is damaged: ${(cause as Error).message}`, {
      cause,
    });
  }
  if (inflated !== expected) {
    const got = inflated > expected ? 'more' : `${inflated}`;
    throw new WjpegError(
      'corrupt',
      'PICTURE_PNG',
      `PNG of ${header.width}×${header.height} needs ${expected} bytes of image data, got ${got}`,
    );
  }
}

/** Bytes of the filtered scanlines, a filter byte each (W3C PNG clause 7). */
function filteredSize({ width, height, bitDepth, colourType, interlaced }: PngHeader): number {
  const bitsPerPixel = bitDepth * CHANNELS[colourType];
  const size = (columns: number, rows: number) =>
    columns > 0 && rows > 0 ? rows * (1 + Math.ceil((columns * bitsPerPixel) / 8)) : 0;
  if (!interlaced) return size(width, height);
  return ADAM7_PASSES.reduce(
    (sum, { x, y, dx, dy }) => sum + size(Math.ceil((width - x) / dx), Math.ceil((height - y) / dy)),
    0,
  );
}

type GreyAndAlpha = Pick<DecodedPicture, 'luma' | 'alpha'>;

function greyAndAlpha(png: DecodedPng, header: PngHeader): GreyAndAlpha {
  switch (header.colourType) {
    case 0:
      return fromGrey(png);
    case 3:
      return fromPalette(png);
    default:
      return fromChannels(png, header.colourType);
  }
}

function fromGrey(png: DecodedPng): GreyAndAlpha {
  const most = 2 ** png.depth - 1;
  const transparent = png.transparency?.[0];
  const samples = unpack(png);
  const luma = new Float32Array(samples.length);
  const alpha = transparent === undefined ? null : new Float32Array(samples.length);
  for (let pixel = 0; pixel < samples.length; pixel++) {
    luma[pixel] = (samples[pixel] * 255) / most;
    if (alpha !== null) alpha[pixel] = samples[pixel] === transparent ? 0 : 1;
  }
  return { luma, alpha };
}

function fromPalette(png: DecodedPng): GreyAndAlpha {
  const palette = png.palette ?? [];
  const lumas = palette.map(([red, green, blue]) => luma601(red, green, blue));
  const alphas = palette.map((colour) => (colour[3] ?? 255) / 255);
  const indices = unpack(png);
  const luma = new Float32Array(indices.length);
  const alpha = alphas.every((opacity) => opacity === 1) ? null : new Float32Array(indices.length);
  for (let pixel = 0; pixel < indices.length; pixel++) {
    const index = indices[pixel];
    if (index >= palette.length) {
      throw new WjpegError(
        'corrupt',
        'PICTURE_PNG',
        `PNG has palette index ${index}, its palette ${palette.length} colours`,
      );
    }
    luma[pixel] = lumas[index];
    if (alpha !== null) alpha[pixel] = alphas[index];
  }
  return { luma, alpha };
}

/** Colour types 2 (RGB), 4 (grey and alpha) and 6 (RGB and alpha), 8 or 16 bits a sample. */
function fromChannels(
  { data, depth, width, height, transparency }: DecodedPng,
  colourType: number,
): GreyAndAlpha {
  const channels = CHANNELS[colourType];
  const colours = channels < 3 ? 1 : 3;
  const scale = depth === 16 ? 1 / 257 : 1;
  const pixels = width * height;
  const hasAlpha = channels > colours;
  const luma = new Float32Array(pixels);
  const alpha = hasAlpha || transparency !== undefined ? new Float32Array(pixels) : null;
  for (let pixel = 0, at = 0; pixel < pixels; pixel++, at += channels) {
    luma[pixel] = scale * (colours === 1 ? data[at] : luma601(data[at], data[at + 1], data[at + 2]));
    if (alpha === null) continue;
    if (hasAlpha) alpha[pixel] = (data[at + colours] * scale) / 255;
    else alpha[pixel] = transparency?.every((sample, channel) => sample === data[at + channel]) ? 0 : 1;
  }
  return { luma, alpha };
}

/**
 * One sample an entry: below 8 bits, fast-png leaves several in a byte, the leftmost in the highest bits, rows padded.
 */
function unpack({ data, depth, width, height }: DecodedPng): Uint8Array | Uint8ClampedArray | Uint16Array {
  if (depth >= 8) return data;
  const samples = new Uint8Array(width * height);
  const bytesPerRow = Math.ceil((width * depth) / 8);
  const mask = 2 ** depth - 1;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const bit = x * depth;
      const byte = data[y * bytesPerRow + (bit >> 3)];
      samples[y * width + x] = (byte >> (8 - depth - (bit & 7))) & mask;
    }
  }
  return samples;
}
