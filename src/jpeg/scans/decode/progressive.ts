import { ZIGZAG_TO_NATURAL } from '../../dct/zigzag.ts';
import type { EntropyDecoder } from '../../entropy/entropy-decoder.ts';
import type { BitReader } from '../../entropy/huffman/bit-reader.ts';
import type { HuffmanDecodingTable } from '../../entropy/huffman/decoding-table.ts';
import type { ScanHeader } from '../../markers/scan-header.ts';
import { dcDifference, dcOutOfRange, runTooLong } from './sequential.ts';

/**
 * Progressive DCT coding with Huffman codes (T.81 Annex G), SOF2: one class per kind of scan.
 * `Progression` checks the order of scans beforehand.
 */

/** First scan of the DC coefficients, G.1.2.1: as in a sequential scan, with the point transform Al. */
export class DcFirstDecoder implements EntropyDecoder {
  private readonly reader: BitReader;
  private readonly tables: readonly HuffmanDecodingTable[];
  private readonly approximationLow: number;
  private readonly predictions: Int32Array;

  /** `tables`: one DC table per component of the scan. */
  constructor(reader: BitReader, tables: readonly HuffmanDecodingTable[], scan: ScanHeader) {
    this.reader = reader;
    this.tables = tables;
    this.approximationLow = scan.approximationLow;
    this.predictions = new Int32Array(tables.length);
  }

  start(offset: number): void {
    this.reader.start(offset);
    this.predictions.fill(0);
  }

  block(component: number, coefficients: Int16Array, offset: number): void {
    const prediction = this.predictions[component] + dcDifference(this.reader, this.tables[component]);
    const value = prediction * (1 << this.approximationLow);
    if (value < -0x8000 || value > 0x7fff) dcOutOfRange(this.reader, value);
    this.predictions[component] = prediction;
    coefficients[offset] = value;
  }

  finish(): number {
    return this.reader.finish();
  }
}

/** Refinement scan of the DC coefficients, G.1.2.1: the next bit of each, verbatim. */
export class DcRefinementDecoder implements EntropyDecoder {
  private readonly reader: BitReader;
  private readonly bit: number;

  constructor(reader: BitReader, scan: ScanHeader) {
    this.reader = reader;
    this.bit = 1 << scan.approximationLow;
  }

  start(offset: number): void {
    this.reader.start(offset);
  }

  block(_component: number, coefficients: Int16Array, offset: number): void {
    // The point transform of DC is an arithmetic shift, so the bit belongs to the two's complement for either sign.
    if (this.reader.bits(1) === 1) coefficients[offset] |= this.bit;
  }

  finish(): number {
    return this.reader.finish();
  }
}

/** Shared by both kinds of AC scan: a band of one component, and end-of-band runs (EOBn, G.1.2.2). */
abstract class AcDecoder implements EntropyDecoder {
  protected readonly reader: BitReader;
  protected readonly table: HuffmanDecodingTable;
  protected readonly spectralStart: number;
  protected readonly spectralEnd: number;
  protected readonly approximationLow: number;
  /** Remaining blocks, including the next one, without any (further) newly nonzero coefficient. */
  protected endOfBandRun = 0;

  constructor(reader: BitReader, table: HuffmanDecodingTable, scan: ScanHeader) {
    this.reader = reader;
    this.table = table;
    this.spectralStart = scan.spectralStart;
    this.spectralEnd = scan.spectralEnd;
    this.approximationLow = scan.approximationLow;
  }

  abstract block(component: number, coefficients: Int16Array, offset: number): void;

  start(offset: number): void {
    this.reader.start(offset);
    this.endOfBandRun = 0;
  }

  finish(): number {
    if (this.endOfBandRun > 0) {
      this.reader.corrupt(
        'JPEG_ZERO_RUN',
        `an end-of-band run exceeds its segment by ${this.endOfBandRun} block(s)`,
      );
    }
    return this.reader.finish();
  }

  /**
   * The length of the run that the symbol `exponent × 16` begins, this block included: 2^exponent plus that many more
   * bits.
   */
  protected readEndOfBandRun(exponent: number): number {
    return (1 << exponent) + (exponent > 0 ? this.reader.bits(exponent) : 0);
  }
}

/** First scan of a band of AC coefficients, G.1.2.2. */
export class AcFirstDecoder extends AcDecoder {
  override block(_component: number, coefficients: Int16Array, offset: number): void {
    if (this.endOfBandRun > 0) {
      this.endOfBandRun--;
      return;
    }
    const { reader, table, spectralEnd, approximationLow } = this;
    for (let k = this.spectralStart; k <= spectralEnd; k++) {
      const runAndSize = reader.symbol(table);
      const run = runAndSize >> 4;
      const size = runAndSize & 15;
      if (size === 0) {
        if (run < 15) {
          this.endOfBandRun = this.readEndOfBandRun(run) - 1;
          return;
        }
        k += 15; // ZRL: 16 zeros, and a nonzero coefficient must follow
        if (k >= spectralEnd) runTooLong(reader);
        continue;
      }
      k += run;
      if (k > spectralEnd) k = Math.min(k, runTooLong(reader));
      if (size + approximationLow > 15) {
        reader.corrupt(
          'JPEG_COEFFICIENT_RANGE',
          `an AC coefficient of ${size} bits shifted by ${approximationLow} does not fit in 16 bits`,
        );
      }
      coefficients[offset + ZIGZAG_TO_NATURAL[k]] = reader.signed(size) * (1 << approximationLow);
    }
  }
}

/**
 * Refinement scan of a band of AC coefficients, G.1.2.3. Between the codes of newly nonzero coefficients (always ±1 at
 * this bit position) are correction bits, one for each coefficient passed that was nonzero before.
 */
export class AcRefinementDecoder extends AcDecoder {
  override block(_component: number, coefficients: Int16Array, offset: number): void {
    const { reader, table, spectralEnd } = this;
    const bit = 1 << this.approximationLow;
    let k = this.spectralStart;
    while (this.endOfBandRun === 0 && k <= spectralEnd) {
      const runAndSize = reader.symbol(table);
      const run = runAndSize >> 4;
      const size = runAndSize & 15;
      if (size === 0 && run < 15) {
        this.endOfBandRun = this.readEndOfBandRun(run);
        break;
      }
      if (size > 1) {
        reader.corrupt('JPEG_HUFFMAN_SYMBOL', `AC symbol ${runAndSize} is invalid in a refinement scan`);
      }
      // ZRL skips 15 zeros here, and the 16th stays zero.
      const value = size === 0 ? 0 : reader.bits(1) === 1 ? bit : -bit;
      k = this.correct(coefficients, offset, k, run);
      if (k > spectralEnd) k = Math.min(k, runTooLong(reader));
      if (value !== 0) coefficients[offset + ZIGZAG_TO_NATURAL[k]] = value;
      k++;
    }
    if (this.endOfBandRun > 0) {
      this.correct(coefficients, offset, k, 64);
      this.endOfBandRun--;
    }
  }

  /** Corrects nonzero coefficients from `k` on and skips `zeros` zero ones; returns the position of the next zero. */
  private correct(coefficients: Int16Array, offset: number, k: number, zeros: number): number {
    const { reader, spectralEnd } = this;
    const bit = 1 << this.approximationLow;
    let zerosLeft = zeros;
    let place = k;
    for (; place <= spectralEnd; place++) {
      const index = offset + ZIGZAG_TO_NATURAL[place];
      const value = coefficients[index];
      if (value === 0) {
        if (zerosLeft === 0) break;
        zerosLeft--;
      } else if (reader.bits(1) === 1 && (value & bit) === 0) {
        coefficients[index] = value > 0 ? value + bit : value - bit;
      }
    }
    return place;
  }
}
