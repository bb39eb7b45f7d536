import { ZIGZAG_TO_NATURAL } from '../../dct/zigzag.ts';
import type { SymbolSink } from '../../entropy/huffman/symbol-sink.ts';
import type { ScanParameters } from '../../markers/scan-header.ts';
import { checkAc, checkDcDifference, magnitudeCategory } from './coefficient-range.ts';
import type { EncoderComponent } from './encoder-input.ts';
import type { BlockCoder } from './scan-encoder.ts';
import { magnitudeBits, ZERO_RUN_LENGTH } from './sequential-coder.ts';

/** The longest run of blocks that one symbol can stand for: EOB14, 2^14 plus 14 more bits (T.81 Table G.1). */
const MAX_BLOCKS_IN_RUN = 0x7fff;

/**
 * Progressive DCT coding into symbols for Huffman coding (T.81 G.1.2): one class per kind of scan.
 * The point transform is a shift of the two's complement for DC and of the magnitude for AC (G.1.2.1, G.1.2.2).
 */

/** First scan of the DC coefficients, G.1.2.1. */
export class DcFirstCoder implements BlockCoder {
  private readonly id: number;
  private readonly coefficients: Int16Array;
  private readonly approximationLow: number;
  private readonly sink: SymbolSink;
  private prediction = 0;

  constructor({ id, coefficients }: EncoderComponent, scan: ScanParameters, sink: SymbolSink) {
    this.id = id;
    this.coefficients = coefficients;
    this.approximationLow = scan.approximationLow;
    this.sink = sink;
  }

  endSegment(): void {
    this.prediction = 0;
  }

  paddingBlock(): void {
    this.sink.symbol(0);
  }

  block(block: number): void {
    const value = this.coefficients[block * 64] >> this.approximationLow;
    const difference = value - this.prediction;
    this.prediction = value;
    checkDcDifference(difference, this.id, block);
    const category = magnitudeCategory(difference);
    this.sink.symbol(category);
    this.sink.bits(magnitudeBits(difference), category);
  }
}

/** Refinement scan of the DC coefficients, G.1.2.1, which has no symbols. */
export class DcRefinementCoder implements BlockCoder {
  private readonly coefficients: Int16Array;
  private readonly approximationLow: number;
  private readonly sink: SymbolSink;

  constructor({ coefficients }: EncoderComponent, scan: ScanParameters, sink: SymbolSink) {
    this.coefficients = coefficients;
    this.approximationLow = scan.approximationLow;
    this.sink = sink;
  }

  endSegment(): void {}

  paddingBlock(): void {
    this.sink.bits(0, 1);
  }

  block(block: number): void {
    this.sink.bits(this.coefficients[block * 64] >> this.approximationLow, 1);
  }
}

/** Shared by both kinds of AC scan: a band of one component, and end-of-band runs. */
abstract class AcCoder implements BlockCoder {
  protected readonly id: number;
  protected readonly coefficients: Int16Array;
  protected readonly scan: ScanParameters;
  protected readonly sink: SymbolSink;
  private endOfBandRun = 0;

  constructor({ id, coefficients }: EncoderComponent, scan: ScanParameters, sink: SymbolSink) {
    this.id = id;
    this.coefficients = coefficients;
    this.scan = scan;
    this.sink = sink;
  }

  abstract block(block: number): void;

  endSegment(): void {
    this.endRun();
  }

  paddingBlock(): void {
    // A scan of one component has none (T.81 A.2.2).
  }

  /** The band of the current block has ended. */
  protected addToRun(): void {
    if (++this.endOfBandRun === MAX_BLOCKS_IN_RUN) this.endRun();
  }

  /** Codes the pending run (Figure G.4), if any, before another code or the end of the segment. */
  protected endRun(): void {
    if (this.endOfBandRun === 0) return;
    const exponent = magnitudeCategory(this.endOfBandRun) - 1;
    this.sink.symbol(exponent * 16);
    this.sink.bits(this.endOfBandRun, exponent);
    this.endOfBandRun = 0;
  }
}

/** First scan of a band of AC coefficients, G.1.2.2. */
export class AcFirstCoder extends AcCoder {
  override block(block: number): void {
    const { coefficients, sink } = this;
    const { spectralStart, spectralEnd, approximationLow } = this.scan;
    const offset = block * 64;
    let run = 0;
    for (let k = spectralStart; k <= spectralEnd; k++) {
      const value = coefficients[offset + ZIGZAG_TO_NATURAL[k]];
      const magnitude = Math.abs(value) >> approximationLow;
      if (magnitude === 0) {
        run++;
        continue;
      }
      checkAc(magnitude, this.id, block, k);
      this.endRun();
      for (; run > 15; run -= 16) sink.symbol(ZERO_RUN_LENGTH);
      const size = magnitudeCategory(magnitude);
      sink.symbol(run * 16 + size);
      sink.bits(magnitudeBits(value < 0 ? -magnitude : magnitude), size);
      run = 0;
    }
    if (run > 0) this.addToRun();
  }
}

/**
 * Refinement scan of a band of AC coefficients, G.1.2.3 (Figure G.7). The correction bits of coefficients that were
 * nonzero before follow the code of the next newly nonzero one, or of the end-of-band run that they belong to.
 */
export class AcRefinementCoder extends AcCoder {
  /** Correction bits of the pending run. */
  private runCorrections: number[] = [];
  /** Correction bits of this block since its last code. */
  private corrections: number[] = [];

  override block(block: number): void {
    const { coefficients, sink } = this;
    const { spectralStart, spectralEnd, approximationLow } = this.scan;
    const offset = block * 64;
    let last = spectralEnd;
    while (
      last >= spectralStart &&
      Math.abs(coefficients[offset + ZIGZAG_TO_NATURAL[last]]) >> approximationLow !== 1
    ) {
      last--;
    }
    let run = 0;
    for (let k = spectralStart; k <= spectralEnd; k++) {
      const value = coefficients[offset + ZIGZAG_TO_NATURAL[k]];
      const magnitude = Math.abs(value) >> approximationLow;
      if (magnitude === 0) {
        run++;
        continue;
      }
      // Zeros after the last newly nonzero coefficient belong to the end of the band.
      for (; run > 15 && k <= last; run -= 16) {
        this.endRun();
        sink.symbol(ZERO_RUN_LENGTH);
        this.corrections = this.writeAll(this.corrections);
      }
      if (magnitude > 1) {
        this.corrections.push(magnitude & 1);
        continue;
      }
      this.endRun();
      sink.symbol(run * 16 + 1);
      sink.bits(value < 0 ? 0 : 1, 1);
      this.corrections = this.writeAll(this.corrections);
      run = 0;
    }
    if (run > 0 || this.corrections.length > 0) {
      for (const bit of this.corrections) this.runCorrections.push(bit);
      this.corrections.length = 0;
      this.addToRun();
    }
  }

  protected override endRun(): void {
    super.endRun();
    this.runCorrections = this.writeAll(this.runCorrections);
  }

  /** Writes correction bits and returns their array, emptied. */
  private writeAll(bits: number[]): number[] {
    for (const bit of bits) this.sink.bits(bit, 1);
    bits.length = 0;
    return bits;
  }
}
