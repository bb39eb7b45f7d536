import { Unzlib } from 'fflate';
import { WjpegError } from '../errors.ts';
import { pngError } from './error.ts';
import type { PngHeader } from './header.ts';
import type { RowReader } from './rows.ts';

/** Inflates the image data of a PNG and gives them to `rows`. */
export type InflateRows = (imageData: Uint8Array, rows: RowReader, header: PngHeader) => void;

/** Deflate expands a byte to so many at most. */
const MAX_EXPANSION = 1032;
/** Compressed bytes that are inflated at a time: at most 8 MB come of them. */
const STEP = 8192;
/** So many steps without a byte of image data mean that the stream has ended: fflate does not tell. */
const MAX_IDLE_STEPS = 64;

/**
 * Inflates image data a little at a time, and stops where more has come than the picture needs, so that a bomb takes no
 * memory. Steps do not follow the chunks, which may be of one byte each: every push has the inflator copy its window.
 */
export const inflateRows: InflateRows = (imageData, rows, { width, height }) => {
  const tooShort = (got: string): Error =>
    pngError(
      'corrupt',
      `a picture of ${width}×${height} needs ${rows.expected} bytes of image data, got ${got}`,
    );
  if (imageData.length * MAX_EXPANSION < rows.expected) {
    throw tooShort(`${imageData.length} before inflating`);
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
};
