import type { BitSink, BitSource } from './bit-stream.ts';

/** Bits that a code length takes in a file; no symbol of 2^31 can need a longer code than this can say. */
const LENGTH_BITS = 5;

/** A canonical Huffman code of the symbols 0 … n − 1: shorter codes first, in order of symbols. */
export class HuffmanCode {
  /** By symbol; 0 where it never comes. */
  readonly lengths: Uint8Array;
  /** Symbols with a code, in order of their codes. */
  readonly #symbols: number[];
  readonly #codes: Uint32Array;

  private constructor(lengths: Uint8Array) {
    this.lengths = lengths;
    this.#symbols = [...lengths.keys()]
      .filter((symbol) => lengths[symbol] > 0)
      .sort((a, b) => lengths[a] - lengths[b] || a - b);
    this.#codes = new Uint32Array(lengths.length);
    let code = 0;
    let length = 0;
    for (const symbol of this.#symbols) {
      code *= 2 ** (lengths[symbol] - length);
      length = lengths[symbol];
      this.#codes[symbol] = code++;
    }
  }

  /** The best code for symbols that come so often. */
  static of(counts: ArrayLike<number>): HuffmanCode {
    return new HuffmanCode(codeLengths(counts));
  }

  /** Bits that `counts` symbols take, the table included. */
  cost(counts: ArrayLike<number>): number {
    return this.lengths.reduce(
      (sum, length, symbol) => sum + length * counts[symbol],
      this.lengths.length * LENGTH_BITS,
    );
  }

  writeTable(sink: BitSink): void {
    for (const length of this.lengths) sink.bits(length, LENGTH_BITS);
  }

  static readTable(source: BitSource, symbols: number): HuffmanCode {
    return new HuffmanCode(Uint8Array.from({ length: symbols }, () => source.bits(LENGTH_BITS)));
  }

  write(sink: BitSink, symbol: number): void {
    sink.bits(this.#codes[symbol], this.lengths[symbol]);
  }

  read(source: BitSource): number {
    let code = 0;
    let length = 0;
    for (const symbol of this.#symbols) {
      while (length < this.lengths[symbol]) {
        code = code * 2 + source.bits(1);
        length++;
      }
      if (code === this.#codes[symbol]) return symbol;
    }
    throw new Error('no symbol has this code');
  }
}

/** Joins the two rarest until one is left; ties go to what was there first, so that the code is always the same. */
function codeLengths(counts: ArrayLike<number>): Uint8Array {
  const lengths = new Uint8Array(counts.length);
  let groups = Array.from({ length: counts.length }, (_, symbol) => ({
    count: counts[symbol],
    symbols: [symbol],
  })).filter(({ count }) => count > 0);
  // A single symbol needs a bit too: otherwise it could not be decoded.
  if (groups.length === 1) lengths[groups[0].symbols[0]] = 1;
  while (groups.length > 1) {
    groups = groups.sort((a, b) => a.count - b.count);
    const [first, second, ...others] = groups;
    const symbols = [...first.symbols, ...second.symbols];
    for (const symbol of symbols) lengths[symbol]++;
    groups = [...others, { count: first.count + second.count, symbols }];
  }
  return lengths;
}
