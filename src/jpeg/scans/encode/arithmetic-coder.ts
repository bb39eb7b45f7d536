import { ZIGZAG_TO_NATURAL } from '../../dct/zigzag.ts';
import type { DecisionSink } from '../../entropy/arithmetic/decision-sink.ts';
import {
  AC_FIXED,
  type AcStatistics,
  DC_X1,
  type DcStatistics,
  MAGNITUDE_BITS,
} from '../../entropy/arithmetic/statistics.ts';
import { checkAc, checkDcDifference } from './coefficient-range.ts';
import type { EncoderComponent } from './encoder-input.ts';
import type { BlockCoder } from './scan-encoder.ts';

/** Turns the DC coefficients of one component into decisions (T.81 F.1.4.1). Components may share statistics. */
export class DcArithmeticCoder implements BlockCoder {
  private readonly id: number;
  private readonly coefficients: Int16Array;
  private readonly statistics: DcStatistics;
  private readonly sink: DecisionSink;
  private prediction = 0;
  private context = 0;

  constructor({ id, coefficients }: EncoderComponent, statistics: DcStatistics, sink: DecisionSink) {
    this.id = id;
    this.coefficients = coefficients;
    this.statistics = statistics;
    this.sink = sink;
  }

  endSegment(): void {
    this.prediction = 0;
    this.context = 0;
    this.statistics.reset();
  }

  paddingBlock(): void {
    this.difference(0);
  }

  block(block: number): void {
    const value = this.coefficients[block * 64];
    const difference = value - this.prediction;
    checkDcDifference(difference, this.id, block);
    this.prediction = value;
    this.difference(difference);
  }

  /** Figure F.4. */
  private difference(difference: number): void {
    const { sink, statistics, context } = this;
    const { bins } = statistics;
    if (difference === 0) {
      sink.decide(bins, context, 0);
      this.context = 0;
      return;
    }
    sink.decide(bins, context, 1);
    const negative = difference < 0 ? 1 : 0;
    sink.decide(bins, context + 1, negative);
    const lessOne = Math.abs(difference) - 1;
    const category = highestBit(lessOne);
    sink.decide(bins, context + 2 + negative, lessOne > 0 ? 1 : 0);
    if (lessOne > 0) codeMagnitude(sink, bins, DC_X1, 1, lessOne);
    this.context = statistics.contextAfter(category, negative);
  }
}

/** Turns the AC coefficients of one component into decisions (T.81 F.1.4.2). */
export class AcArithmeticCoder implements BlockCoder {
  private readonly id: number;
  private readonly coefficients: Int16Array;
  private readonly statistics: AcStatistics;
  private readonly sink: DecisionSink;

  constructor({ id, coefficients }: EncoderComponent, statistics: AcStatistics, sink: DecisionSink) {
    this.id = id;
    this.coefficients = coefficients;
    this.statistics = statistics;
    this.sink = sink;
  }

  endSegment(): void {
    this.statistics.reset();
  }

  paddingBlock(): void {
    this.sink.decide(this.statistics.bins, 0, 1);
  }

  /** Figure F.5. */
  block(block: number): void {
    const { coefficients, sink } = this;
    const { bins } = this.statistics;
    const offset = block * 64;
    let last = 63;
    while (last > 0 && coefficients[offset + ZIGZAG_TO_NATURAL[last]] === 0) last--;
    for (let k = 1; k <= last; k++) {
      sink.decide(bins, 3 * (k - 1), 0); // no EOB
      let value = coefficients[offset + ZIGZAG_TO_NATURAL[k]];
      while (value === 0) {
        sink.decide(bins, 3 * k - 2, 0);
        value = coefficients[offset + ZIGZAG_TO_NATURAL[++k]];
      }
      checkAc(value, this.id, block, k);
      sink.decide(bins, 3 * k - 2, 1);
      this.value(k, value);
    }
    if (last < 63) sink.decide(bins, 3 * last, 1); // EOB
  }

  /** Figures F.6 to F.9. */
  private value(k: number, value: number): void {
    const { sink, statistics } = this;
    const { bins } = statistics;
    sink.decide(bins, AC_FIXED, value < 0 ? 1 : 0);
    const lessOne = Math.abs(value) - 1;
    // SP, SN and X1 are one bin (Table F.5).
    const first = 3 * k - 1;
    sink.decide(bins, first, lessOne > 0 ? 1 : 0);
    if (lessOne === 0) return;
    sink.decide(bins, first, lessOne > 1 ? 1 : 0);
    if (lessOne > 1) codeMagnitude(sink, bins, statistics.highMagnitude(k), 2, lessOne);
  }
}

/** Turns the blocks of one component into decisions, DC and AC in turn. */
export class SequentialArithmeticCoder implements BlockCoder {
  private readonly dc: DcArithmeticCoder;
  private readonly ac: AcArithmeticCoder;

  constructor(component: EncoderComponent, dc: DcStatistics, ac: AcStatistics, sink: DecisionSink) {
    this.dc = new DcArithmeticCoder(component, dc, sink);
    this.ac = new AcArithmeticCoder(component, ac, sink);
  }

  endSegment(): void {
    this.dc.endSegment();
    this.ac.endSegment();
  }

  paddingBlock(): void {
    this.dc.paddingBlock();
    this.ac.paddingBlock();
  }

  block(block: number): void {
    this.dc.block(block);
    this.ac.block(block);
  }
}

/** The highest bit that is set, 0 for 0. */
function highestBit(value: number): number {
  return value === 0 ? 0 : 1 << (31 - Math.clz32(value));
}

/**
 * Codes a magnitude minus one that is at least `least`, a power of two: its category, as unary decisions from `bin` on
 * (Figure F.8), then the bits below it (Figure F.9).
 */
export function codeMagnitude(
  sink: DecisionSink,
  bins: Uint8Array,
  bin: number,
  min: number,
  lessOne: number,
): void {
  const category = highestBit(lessOne);
  let x = bin;
  for (let reached = min; reached < category; reached <<= 1) sink.decide(bins, x++, 1);
  sink.decide(bins, x, 0);
  for (let bit = category >> 1; bit > 0; bit >>= 1) {
    sink.decide(bins, x + MAGNITUDE_BITS, (lessOne & bit) === 0 ? 0 : 1);
  }
}
