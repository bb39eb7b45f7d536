import type { HuffmanSpecification } from './huffman-specification.ts';

/** T.81 C: codes have at most 16 bits. */
const MOST_BITS = 16;

/** Stands in the construction for the code of all 1-bits, so that no symbol gets it (T.81 K.2). */
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
  for (let length = 1; length <= MOST_BITS; length++) {
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
 * The best Huffman code for symbols of these frequencies (256 entries, 0 where a symbol does not occur), in T.81 K.2's
 * construction: no code longer than 16 bits, none of all 1-bits.
 */
export function optimalHuffmanCode(frequencies: Uint32Array): HuffmanSpecification {
  const lengths = codeLengths(frequencies);
  const counts = limitedCounts(lengths);
  // Figure K.4: symbols by the length that they had before the limit, then by value. Where the limit moved codes, the
  // order by frequency is kept all the same.
  const symbols = Uint8Array.from(
    Array.from(frequencies.keys())
      .filter((symbol) => frequencies[symbol] > 0)
      .sort((a, b) => lengths[a] - lengths[b] || a - b),
  );
  return { counts, symbols };
}

/** Figure K.1: code lengths without a limit. Entry 256 is the reserved symbol's. */
function codeLengths(frequencies: Uint32Array): Uint16Array {
  const lengths = new Uint16Array(RESERVED_SYMBOL + 1);
  const trees = Array.from(frequencies, (frequency, symbol) => ({
    frequency,
    last: symbol,
    symbols: [symbol],
  }))
    .filter(({ frequency }) => frequency > 0)
    .concat({ frequency: 1, last: RESERVED_SYMBOL, symbols: [RESERVED_SYMBOL] });
  while (trees.length > 1) {
    // The two rarest; among equals the one with the larger symbol, so that the reserved symbol comes out longest.
    trees.sort((a, b) => b.frequency - a.frequency || a.last - b.last);
    const [second, rarest] = trees.splice(-2);
    const symbols = [...rarest.symbols, ...second.symbols];
    for (const symbol of symbols) lengths[symbol]++;
    trees.push({ frequency: rarest.frequency + second.frequency, last: rarest.last, symbols });
  }
  return lengths;
}

/** Figures K.2 and K.3: how many codes of each length, held to 16 bits, without the reserved one. */
function limitedCounts(lengths: Uint16Array): Uint16Array {
  const counts = new Uint16Array(Math.max(MOST_BITS, ...lengths) + 1);
  for (const length of lengths) {
    if (length > 0) counts[length]++;
  }
  for (let length = counts.length - 1; length > MOST_BITS; length--) {
    while (counts[length] > 0) {
      // A pair of codes of this length becomes one a bit shorter; its other half goes below a shorter code, which
      // becomes a prefix of two.
      let shorter = length - 2;
      while (counts[shorter] === 0) shorter--;
      counts[length] -= 2;
      counts[length - 1]++;
      counts[shorter + 1] += 2;
      counts[shorter]--;
    }
  }
  let longest = MOST_BITS;
  while (counts[longest] === 0) longest--;
  counts[longest]--;
  return counts.slice(0, MOST_BITS + 1);
}
