import { WjpegError } from '../../src/errors.ts';
import type { SparseCoefficients } from './sparse.ts';

/**
 * The nonzeros of a layer, one number each, for devices that only have float32: a word is
 * `gap * span + (value - min)`, where `gap` counts the zero columns between this nonzero and the previous one in
 * its row. Gaps instead of columns keep words small for any number of columns. A gap that does not fit is bridged by
 * a word of value 0.
 */
export interface PackedCoefficients {
  readonly rows: number;
  readonly columns: number;
  /** 16-bit integers if all words fit (in host memory), else float32, which is exact below 2^24. */
  readonly words: Uint16Array | Float32Array;
  /** End of each row's words; they begin at the end of the previous row's. */
  readonly rowEnd: Uint32Array;
  /** A power of two. */
  readonly span: number;
  readonly min: number;
  /** Maximum words in a row, at least 1. */
  readonly maxLength: number;
}

/** Bits of a word: what a float32 represents exactly, or 16 for memory with 16-bit integers. */
export type WordBits = 16 | 24;

/** Word positions are float32 on a device and exact only up to this number. */
const MAX_WORDS = 2 ** 24;

/**
 * Packs sparse coefficients into words of at most `bits` bits; 16 falls back to 24 if the values alone need more
 * bits, or if bridging gaps would cost more than it saves. `mostWords`: maximum that a device can address.
 */
export function packCoefficients(
  coefficients: SparseCoefficients,
  bits: WordBits,
  maxWords: number = MAX_WORDS,
): PackedCoefficients {
  const { min, span } = valueRange(coefficients.value);
  const narrow = bits === 16 && span <= 2 ** 14 ? countWords(coefficients, 2 ** 16 / span) : Infinity;
  const wide = countWords(coefficients, 2 ** 24 / span);
  const fits16 = narrow * 2 <= wide * 4;
  const length = fits16 ? narrow : wide;
  if (length > maxWords) {
    throw new WjpegError(
      'unsupported',
      'KERNEL_TOO_LARGE',
      `${length} coefficients in one layer, expected at most ${maxWords} on this backend`,
    );
  }
  const words = fits16 ? new Uint16Array(length) : new Float32Array(length);
  const rowEnd = new Uint32Array(coefficients.rows);
  const gaps = (fits16 ? 2 ** 16 : 2 ** 24) / span;
  let at = 0;
  let maxLength = 1;
  for (let row = 0; row < coefficients.rows; row++) {
    const start = at;
    let previous = -1;
    for (let i = coefficients.rowStart[row]; i < coefficients.rowStart[row + 1]; i++) {
      let gap = coefficients.column[i] - previous - 1;
      for (; gap >= gaps; gap -= gaps) words[at++] = (gaps - 1) * span - min;
      words[at++] = gap * span + coefficients.value[i] - min;
      previous = coefficients.column[i];
    }
    rowEnd[row] = at;
    maxLength = Math.max(maxLength, at - start);
  }
  return { rows: coefficients.rows, columns: coefficients.columns, words, rowEnd, span, min, maxLength };
}

/** Range of the values including 0 (a bridge has value 0), and the power of two that covers it. */
function valueRange(values: Int8Array | Int16Array): { min: number; span: number } {
  let min = 0;
  let max = 0;
  for (const value of values) {
    if (value < min) min = value;
    if (value > max) max = value;
  }
  let span = 1;
  while (span <= max - min) span *= 2;
  return { min, span };
}

/** Number of words if one word can bridge fewer than `gaps` zero columns. */
function countWords({ rows, rowStart, column }: SparseCoefficients, gaps: number): number {
  let words = column.length;
  for (let row = 0; row < rows; row++) {
    let previous = -1;
    for (let i = rowStart[row]; i < rowStart[row + 1]; i++) {
      words += Math.floor((column[i] - previous - 1) / gaps);
      previous = column[i];
    }
  }
  return words;
}
