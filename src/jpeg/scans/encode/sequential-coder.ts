import { ZIGZAG_TO_NATURAL } from '../../dct/zigzag.ts';
import type { SymbolSink } from '../../entropy/huffman/symbol-sink.ts';
import { checkAc, checkDcDifference, magnitudeCategory } from './coefficient-range.ts';
import type { EncoderComponent } from './encoder-input.ts';
import type { BlockCoder } from './scan-encoder.ts';

const END_OF_BLOCK = 0x00;
export const ZERO_RUN_LENGTH = 0xf0;

/** Turns the blocks of one component into symbols for Huffman coding (T.81 F.1.2). */
export class SequentialCoder implements BlockCoder {
  private readonly id: number;
  private readonly coefficients: Int16Array;
  /** The same, two at a time; undefined where they do not lie so in memory. */
  private readonly pairs: Int32Array | undefined;
  private readonly dc: SymbolSink;
  private readonly ac: SymbolSink;
  private prediction = 0;

  constructor({ id, coefficients }: EncoderComponent, dc: SymbolSink, ac: SymbolSink) {
    this.id = id;
    this.coefficients = coefficients;
    const { buffer, byteOffset, length } = coefficients;
    this.pairs = byteOffset % 4 === 0 ? new Int32Array(buffer, byteOffset, length >> 1) : undefined;
    this.dc = dc;
    this.ac = ac;
  }

  endSegment(): void {
    this.prediction = 0;
  }

  paddingBlock(): void {
    this.dc.symbol(0);
    this.ac.symbol(END_OF_BLOCK);
  }

  block(block: number): void {
    const { coefficients, dc, ac, id } = this;
    const offset = block * 64;
    const difference = coefficients[offset] - this.prediction;
    this.prediction = coefficients[offset];
    checkDcDifference(difference, id, block);
    const category = magnitudeCategory(difference);
    dc.symbol(category);
    dc.bits(magnitudeBits(difference), category);
    if (this.isFlat(offset)) {
      ac.symbol(END_OF_BLOCK);
      return;
    }
    let run = 0;
    for (let k = 1; k < 64; k++) {
      const value = coefficients[offset + ZIGZAG_TO_NATURAL[k]];
      if (value === 0) {
        run++;
        continue;
      }
      checkAc(value, id, block, k);
      const size = magnitudeCategory(value);
      for (; run > 15; run -= 16) ac.symbol(ZERO_RUN_LENGTH);
      ac.symbol(run * 16 + size);
      ac.bits(magnitudeBits(value), size);
      run = 0;
    }
    if (run > 0) ac.symbol(END_OF_BLOCK);
  }

  /**
   * Whether a block has no AC coefficients, as most of a trained network: taking two at a time encodes LeNet-5 in 10 ms of a new
   * process instead of 15 (docs/lab/program-start.md).
   */
  private isFlat(offset: number): boolean {
    const { pairs } = this;
    if (pairs === undefined || this.coefficients[offset + 1] !== 0) return false;
    const end = (offset + 64) / 2;
    for (let at = offset / 2 + 1; at < end; at++) if (pairs[at] !== 0) return false;
    return true;
  }
}

/** The bits after the category: the value, minus one if negative (F.1.2.1). */
export function magnitudeBits(value: number): number {
  return value < 0 ? value - 1 : value;
}
