import { packCoefficients } from './packed.ts';
import type { SparseCoefficients } from './sparse.ts';

/**
 * Gap-coded nonzeros (see `PackedCoefficients`) for devices with integers: words of 16 bits, two in an u32, or of 32
 * bits. So that threads can start inside a row, it is cut into parts of `PART_WORDS` words; for each part but the
 * first, the column before it is stored: 2.25 bytes per nonzero in total if gaps and values fit in 16 bits.
 */
export interface CoefficientParts {
  readonly rows: number;
  readonly words: Uint32Array;
  /** Whether a word has 32 bits. */
  readonly wide: boolean;
  /** A word is `gap << valueBits | value - min`. */
  readonly valueBits: number;
  readonly min: number;
  /** Per row, plus one: the start of its words and of its entries of `partColumn`. */
  readonly rowStart: Uint32Array;
  readonly partColumn: Uint32Array;
}

/** Words per part: few enough for many threads per row, many enough that the stored columns cost little. */
export const PART_WORDS = 16;

export function splitIntoParts(coefficients: SparseCoefficients): CoefficientParts {
  const { rows, rowEnd, span, min, words: packed } = packCoefficients(coefficients, 16, 2 ** 32 - 1);
  const wide = !(packed instanceof Uint16Array);
  const words = new Uint32Array(wide ? packed.length : Math.ceil(packed.length / 2));
  packed.forEach((word, at) => {
    if (wide) words[at] = word;
    else words[at >> 1] |= word << (16 * (at & 1));
  });
  const rowStart = new Uint32Array((rows + 1) * 2);
  const partColumn: number[] = [];
  for (let row = 0; row < rows; row++) {
    const start = rowStart[row * 2];
    let column = -1;
    for (let at = start; at < rowEnd[row]; at++) {
      if (at > start && (at - start) % PART_WORDS === 0) partColumn.push(column);
      column += Math.floor(packed[at] / span) + 1;
    }
    rowStart[(row + 1) * 2] = rowEnd[row];
    rowStart[(row + 1) * 2 + 1] = partColumn.length;
  }
  return {
    rows,
    words,
    wide,
    valueBits: Math.log2(span),
    min,
    rowStart,
    partColumn: Uint32Array.from(partColumn),
  };
}

/** Size of the arrays, in bytes. */
export function partsBytes({ words, rowStart, partColumn }: CoefficientParts): number {
  return words.byteLength + rowStart.byteLength + partColumn.byteLength;
}
