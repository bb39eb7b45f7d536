import { isNode } from '../platform.ts';
import { readPngChunks } from './chunks.ts';
import type { PngHeader } from './header.ts';
import type { InflateRows } from './inflate-rows.ts';
import { type PngRow, RowReader } from './rows.ts';

/** Thrown by `visitRows` without an inflator, before the first row: the image data are not what Node.js's zlib takes. */
export const NEEDS_INFLATOR = new Error('image data that need an inflator');

/** Image data of up to so many bytes are inflated at once. */
const MAX_WHOLE_BYTES = 2 ** 26;

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
   * @throws NEEDS_INFLATOR
   */
  visitRows(visit: (row: PngRow) => void): void;
}

/**
 * Reads a PNG of any colour type, bit depth and interlacing, as libpng does.
 *
 * @param checkHeader called with the header before anything else is read: throws to refuse the size
 * @param inflate inflates what is damaged or large, and in a page everything
 * @throws WjpegError `PICTURE_PNG` for chunks that are damaged, missing or unknown
 */
export function readPng(
  bytes: Uint8Array,
  checkHeader: (header: PngHeader) => void,
  inflate?: InflateRows,
): Png {
  const { imageData, warnings, ...chunks } = readPngChunks(bytes, checkHeader);
  const all = [...warnings];
  return {
    ...chunks,
    warnings: all,
    visitRows(visit) {
      const rows = new RowReader(chunks.header, visit);
      const whole =
        isNode() && rows.expected <= MAX_WHOLE_BYTES ? inflateWhole(imageData, rows.expected) : undefined;
      if (whole) rows.add(whole);
      else if (inflate) inflate(imageData, rows, chunks.header);
      else throw NEEDS_INFLATOR;
      if (rows.received > rows.expected) all.push('PNG has more image data than its size needs');
    },
  };
}

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
