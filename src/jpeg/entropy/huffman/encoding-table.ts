import type { HuffmanSpecification } from './specification.ts';

/** T.81 C: codes have at most 16 bits. */
const MAX_BITS = 16;

/**
 * Placeholder for the code of all 1-bits, so that no symbol gets it (T.81 K.2). It never occurs, so its
 * code is among the longest, and the last of them.
 */
const RESERVED_SYMBOL = 256;

/** A Huffman code prepared for encoding: by symbol, its code and the code's length (0 if the symbol has none). */
export interface HuffmanEncodingTable {
  readonly codes: Uint16Array;
  readonly lengths: Uint8Array;
}

/** Assigns the codes to the symbols in the order of T.81 C.2. */
export function huffmanEncodingTable(specification: HuffmanSpecification): HuffmanEncodingTable {
  const { counts, symbols } = specification;
  const codes = new Uint16Array(256);
  const lengths = new Uint8Array(256);
  let code = 0;
  let place = 0;
  for (let length = 1; length <= MAX_BITS; length++) {
    for (let i = 0; i < counts[length]; i++) {
      codes[symbols[place]] = code++;
      lengths[symbols[place]] = length;
      place++;
    }
    code <<= 1;
  }
  return { codes, lengths };
}

/**
 * The best Huffman code for symbols of these frequencies (256 entries, 0 where a symbol does not occur) with no code
 * longer than 16 bits and none of all 1-bits.
 *
 * T.81 K.2 builds a code without a limit and then shortens it heuristically (Figure K.3), which costs bytes if
 * frequencies differ widely, as in sparse contact sheets. This is the exact solution instead: package-merge (Larmore
 * and Hirschberg, "A fast algorithm for optimal length-limited Huffman codes", J. ACM 37, 1990).
 */
export function optimalHuffmanCode(frequencies: Uint32Array): HuffmanSpecification {
  const lengths = codeLengths(frequencies);
  const symbols = Array.from(frequencies.keys())
    .filter((symbol) => frequencies[symbol] > 0)
    .sort((a, b) => lengths[a] - lengths[b] || a - b);
  const counts = new Uint16Array(MAX_BITS + 1);
  for (const symbol of symbols) counts[lengths[symbol]]++;
  return { counts, symbols: Uint8Array.from(symbols) };
}

/** Symbols that get one more bit together, and the cost of that. */
interface Package {
  readonly frequency: number;
  readonly symbols: readonly number[];
}

/**
 * Package-merge: a list of packages is paired 15 times, each time merged again with the single symbols; of the
 * last list the cheapest 2n − 2 packages are taken, and a symbol gets one bit per package that contains it.
 */
function codeLengths(frequencies: Uint32Array): Uint8Array {
  const singles: Package[] = [{ frequency: 0, symbols: [RESERVED_SYMBOL] }];
  frequencies.forEach((frequency, symbol) => {
    if (frequency > 0) singles.push({ frequency, symbols: [symbol] });
  });
  const byFrequency = (a: Package, b: Package) => a.frequency - b.frequency;
  singles.sort(byFrequency);
  let list = singles;
  for (let bits = 1; bits < MAX_BITS; bits++) {
    const pairs: Package[] = [];
    for (let i = 0; i + 1 < list.length; i += 2) {
      pairs.push({
        frequency: list[i].frequency + list[i + 1].frequency,
        symbols: [...list[i].symbols, ...list[i + 1].symbols],
      });
    }
    list = [...singles, ...pairs].sort(byFrequency);
  }
  const lengths = new Uint8Array(RESERVED_SYMBOL + 1);
  for (const { symbols } of list.slice(0, 2 * singles.length - 2)) {
    for (const symbol of symbols) lengths[symbol]++;
  }
  return lengths;
}
