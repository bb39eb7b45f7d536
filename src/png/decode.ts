import { Unzlib } from 'fflate';
import { WjpegError } from '../errors.ts';
import { isNode } from '../platform.ts';
import { readPngChunks } from './chunks.ts';
import { pngError } from './error.ts';
import type { PngHeader } from './header.ts';
import { type PngRow, RowReader } from './rows.ts';

/** A PNG whose chunks have been read; its rows are decoded when they are asked for. */
export interface Png {
  readonly header: PngHeader;
  /** 3 bytes per colour; undefined for other colour types than 3. */
  readonly palette: Uint8Array | undefined;
  /** Content of tRNS: a big-endian 16-bit sample per channel, or for palettes an opacity for each of the first colours. */
  readonly transparency: Uint8Array | undefined;
  /** Content of eXIf. */
  readonly exif: Uint8Array | undefined;
  /** What was overlooked so far; `visitRows` may add to it. */
  readonly warnings: string[];
  /**
   * Decodes all rows, those of interlaced pictures pass by pass.
   *
   * @throws WjpegError `PICTURE_PNG` for image data that is damaged or too short
   */
  visitRows(visit: (row: PngRow) => void): void;
}

/**
 * Reads a PNG of any colour type, bit depth and interlacing, as libpng does.
 *
 * @param checkHeader called with the header before anything else is read: throws to refuse the size
 * @throws WjpegError `PICTURE_PNG` for chunks that are damaged, missing or unknown
 */
export function readPng(bytes: Uint8Array, checkHeader: (header: PngHeader) => void): Png {
  const { imageData, warnings, ...chunks } = readPngChunks(bytes, checkHeader);
  const all = [...warnings];
  return {
    ...chunks,
    warnings: all,
    visitRows(visit) {
      const rows = new RowReader(chunks.header, visit);
      inflateRows(imageData, rows, chunks.header);
      if (rows.received > rows.expected) all.push('PNG has more image data than its size needs');
    },
  };
}

/** Deflate expands a byte to so many at most. */
const MAX_EXPANSION = 1032;
/** Compressed bytes that are inflated at a time: at most 8 MB come of them. */
const STEP = 8192;
/** So many steps without a byte of image data mean that the stream has ended: fflate does not tell. */
const MAX_IDLE_STEPS = 64;

/** Image data of up to so many bytes are inflated at once. */
const MAX_WHOLE_BYTES = 2 ** 26;

/**
 * Sound image data of exactly so many bytes, by Node.js's own zlib: a picture of 12 megapixels takes 200 ms instead of 570.
 * Undefined for all others.
 */
function inflateWhole(imageData: Uint8Array, bytes: number): Uint8Array | undefined {
  try {
    const whole = process.getBuiltinModule('node:zlib').inflateSync(imageData, {
      maxOutputLength: Math.max(bytes, 1),
      chunkSize: Math.max(bytes + 1, 64),
    });
    return whole.length === bytes ? whole : undefined;
  } catch {
    // What is damaged, too short or too long is told below.
    return undefined;
  }
}

/**
 * Inflates image data a little at a time, and stops where more has come than the picture needs, so that a bomb takes no
 * memory. Steps do not follow the chunks, which may be of one byte each: every push has the inflator copy its window.
 */
function inflateRows(imageData: Uint8Array, rows: RowReader, { width, height }: PngHeader): void {
  const tooShort = (got: string): Error =>
    pngError(
      'corrupt',
      `a picture of ${width}×${height} needs ${rows.expected} bytes of image data, got ${got}`,
    );
  if (imageData.length * MAX_EXPANSION < rows.expected) {
    throw tooShort(`${imageData.length} before inflating`);
  }
  const whole = isNode() && rows.expected <= MAX_WHOLE_BYTES && inflateWhole(imageData, rows.expected);
  if (whole) {
    rows.add(whole);
    return;
  }
  const inflator = new Unzlib((chunk) => rows.add(chunk));
  let idle = 0;
  try {
    for (let at = 0; at < imageData.length && rows.received <= rows.expected; at += STEP) {
      const before = rows.received;
      inflator.push(imageData.slice(at, at + STEP), false);
      idle = rows.received > before ? 0 : idle + 1;
      if (idle > (rows.complete ? 0 : MAX_IDLE_STEPS)) break;
    }
    if (!rows.complete) inflator.push(new Uint8Array(0), true);
  } catch (cause) {
    if (cause instanceof WjpegError) throw cause;
    // What follows the last row has no pixels.
    if (rows.complete) return;
    throw pngError('corrupt', `image data is damaged: ${(cause as Error).message}`, undefined, cause);
  }
  if (!rows.complete) throw tooShort(String(rows.received));
}
