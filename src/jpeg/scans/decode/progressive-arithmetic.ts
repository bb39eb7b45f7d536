import { ZIGZAG_TO_NATURAL } from '../../dct/zigzag.ts';
import { FIXED_STATE } from '../../entropy/arithmetic/estimation.ts';
import type { ArithmeticReader } from '../../entropy/arithmetic/reader.ts';
import { AC_FIXED, type AcStatistics, type DcStatistics } from '../../entropy/arithmetic/statistics.ts';
import type { EntropyDecoder } from '../../entropy/entropy-decoder.ts';
import type { ScanHeader } from '../../markers/scan-header.ts';
import { dcOutOfRange } from './sequential.ts';
import { decodeAcValue, decodeDcDifference, passZeros, pastLast } from './sequential-arithmetic.ts';

/**
 * Progressive DCT coding with arithmetic coding (T.81 G.1.3, G.2.3), SOF10: one class per kind of
 * scan, as in progressive.ts. It has no runs of blocks: an empty block costs a fraction of a bit.
 */

/** First scan of the DC coefficients, G.1.3.1: as in a sequential scan, with the point transform Al. */
export class ArithmeticDcFirstDecoder implements EntropyDecoder {
  private readonly reader: ArithmeticReader;
  private readonly statistics: readonly DcStatistics[];
  private readonly approximationLow: number;
  private readonly predictions: Int32Array;
  private readonly contexts: Uint8Array;

  /** `statistics`: one entry per component of the scan; components may share them. */
  constructor(reader: ArithmeticReader, statistics: readonly DcStatistics[], scan: ScanHeader) {
    this.reader = reader;
    this.statistics = statistics;
    this.approximationLow = scan.approximationLow;
    this.predictions = new Int32Array(statistics.length);
    this.contexts = new Uint8Array(statistics.length);
  }

  start(offset: number): void {
    this.reader.start(offset);
    this.predictions.fill(0);
    this.contexts.fill(0);
    for (const statistics of this.statistics) statistics.reset();
  }

  block(component: number, coefficients: Int16Array, offset: number): void {
    const { reader, predictions } = this;
    const difference = decodeDcDifference(reader, this.statistics[component], this.contexts, component);
    const prediction = predictions[component] + difference;
    const value = prediction * (1 << this.approximationLow);
    if (value < -0x8000 || value > 0x7fff) dcOutOfRange(reader, value);
    predictions[component] = prediction;
    coefficients[offset] = value;
  }

  finish(): number {
    return this.reader.finish();
  }
}

/** Refinement scan of the DC coefficients, G.1.3.1: the next bit of each, 0 or 1 with equal probability. */
export class ArithmeticDcRefinementDecoder implements EntropyDecoder {
  private readonly reader: ArithmeticReader;
  private readonly bit: number;
  private readonly bins: Uint8Array = Uint8Array.of(FIXED_STATE);

  constructor(reader: ArithmeticReader, scan: ScanHeader) {
    this.reader = reader;
    this.bit = 1 << scan.approximationLow;
  }

  start(offset: number): void {
    this.reader.start(offset);
  }

  block(_component: number, coefficients: Int16Array, offset: number): void {
    if (this.reader.decide(this.bins, 0) === 1) coefficients[offset] |= this.bit;
  }

  finish(): number {
    return this.reader.finish();
  }
}

/** Shared by both kinds of AC scan: a band of one component. */
abstract class ArithmeticAcDecoder implements EntropyDecoder {
  protected readonly reader: ArithmeticReader;
  protected readonly statistics: AcStatistics;
  protected readonly spectralStart: number;
  protected readonly spectralEnd: number;
  protected readonly approximationLow: number;

  constructor(reader: ArithmeticReader, statistics: AcStatistics, scan: ScanHeader) {
    this.reader = reader;
    this.statistics = statistics;
    this.spectralStart = scan.spectralStart;
    this.spectralEnd = scan.spectralEnd;
    this.approximationLow = scan.approximationLow;
  }

  abstract block(component: number, coefficients: Int16Array, offset: number): void;

  start(offset: number): void {
    this.reader.start(offset);
    this.statistics.reset();
  }

  finish(): number {
    return this.reader.finish();
  }
}

/** First scan of a band of AC coefficients, G.1.3.2: as in a sequential scan, with the point transform Al. */
export class ArithmeticAcFirstDecoder extends ArithmeticAcDecoder {
  override block(_component: number, coefficients: Int16Array, offset: number): void {
    const { reader, statistics, spectralEnd, approximationLow } = this;
    const { bins } = statistics;
    for (let k = this.spectralStart; k <= spectralEnd; k++) {
      if (reader.decide(bins, 3 * (k - 1)) === 1) return; // EOB
      k = passZeros(reader, bins, k, spectralEnd);
      coefficients[offset + ZIGZAG_TO_NATURAL[k]] = decodeAcValue(reader, statistics, k, approximationLow);
    }
  }
}

/**
 * Refinement scan of a band of AC coefficients, G.1.3.3 (Figure G.10). A coefficient that was nonzero before has its
 * next bit coded, any other whether it becomes ±1 at this bit position. Up to the last previously nonzero one (EOBx)
 * the band cannot end, so no EOB decision is coded there.
 */
export class ArithmeticAcRefinementDecoder extends ArithmeticAcDecoder {
  override block(_component: number, coefficients: Int16Array, offset: number): void {
    const { reader, spectralStart, spectralEnd } = this;
    const { bins } = this.statistics;
    const bit = 1 << this.approximationLow;
    let endBefore = spectralEnd;
    while (endBefore >= spectralStart && coefficients[offset + ZIGZAG_TO_NATURAL[endBefore]] === 0)
      endBefore--;
    for (let k = spectralStart; k <= spectralEnd; k++) {
      if (k > endBefore && reader.decide(bins, 3 * (k - 1)) === 1) return; // EOB
      for (;;) {
        const index = offset + ZIGZAG_TO_NATURAL[k];
        const value = coefficients[index];
        if (value !== 0) {
          if (reader.decide(bins, 3 * k - 1) === 1)
            coefficients[index] = value > 0 ? value + bit : value - bit;
          break;
        }
        if (reader.decide(bins, 3 * k - 2) === 1) {
          coefficients[index] = reader.decide(bins, AC_FIXED) === 1 ? -bit : bit;
          break;
        }
        if (++k > spectralEnd) pastLast(reader);
      }
    }
  }
}
