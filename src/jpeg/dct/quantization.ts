import { WjpegError } from '../../errors.ts';

/** Luminance quantisation table of T.81 Table K.1, natural order: 50 on libjpeg's quality scale. */
// biome-ignore format: one row of the block per line
export const LUMINANCE_QUANTIZATION: readonly number[] = [
  16, 11, 10, 16,  24,  40,  51,  61,
  12, 12, 14, 19,  26,  58,  60,  55,
  14, 13, 16, 24,  40,  57,  69,  56,
  14, 17, 22, 29,  51,  87,  80,  62,
  18, 22, 37, 56,  68, 109, 103,  77,
  24, 35, 55, 64,  81, 104, 113,  92,
  49, 64, 78, 87, 103, 121, 120, 101,
  72, 92, 95, 98, 112, 100, 103,  99,
];

/**
 * Scales a table as the Independent JPEG Group's library does: quality 50 leaves it as it is, 100 makes every entry 1,
 * and every entry is clamped to 1…255, the range of 8-bit tables (T.81 Table B.4).
 *
 * @param table 64 entries, natural order (or any order: entries are scaled independently)
 * @param quality an integer, 1…100
 * @throws WjpegError `JPEG_QUALITY`
 */
export function scaledQuantization(table: ArrayLike<number>, quality: number): Uint16Array {
  if (!Number.isInteger(quality) || quality < 1 || quality > 100) {
    throw new WjpegError(
      'misuse',
      'JPEG_QUALITY',
      `quality must be an integer from 1 to 100, got ${quality}`,
    );
  }
  const percent = quality < 50 ? Math.floor(5000 / quality) : 200 - 2 * quality;
  return Uint16Array.from(table, (entry) =>
    Math.min(Math.max(Math.floor((entry * percent + 50) / 100), 1), 255),
  );
}
