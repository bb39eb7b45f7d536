import { ZIGZAG_TO_NATURAL } from '../../dct/zigzag.ts';
import type { ArithmeticReader } from '../../entropy/arithmetic/reader.ts';
import {
  AC_FIXED,
  type AcStatistics,
  DC_X1,
  type DcStatistics,
  MAGNITUDE_BITS,
  MAGNITUDE_OVERFLOW,
} from '../../entropy/arithmetic/statistics.ts';
import type { EntropyDecoder } from '../../entropy/entropy-decoder.ts';
import { dcOutOfRange, RUN_TOO_LONG } from './sequential.ts';

/** The statistics of one component of a scan; components may share them. */
export interface SequentialStatistics {
  readonly dc: DcStatistics;
  readonly ac: AcStatistics;
}

/** Sequential DCT coding with arithmetic coding (T.81 F.2.4), SOF9. */
export class SequentialArithmeticDecoder implements EntropyDecoder {
  private readonly reader: ArithmeticReader;
  private readonly statistics: readonly SequentialStatistics[];
  private readonly predictions: Int32Array;
  private readonly contexts: Uint8Array;

  /** `statistics`: one entry per component of the scan. */
  constructor(reader: ArithmeticReader, statistics: readonly SequentialStatistics[]) {
    this.reader = reader;
    this.statistics = statistics;
    this.predictions = new Int32Array(statistics.length);
    this.contexts = new Uint8Array(statistics.length);
  }

  start(offset: number): void {
    this.reader.start(offset);
    this.predictions.fill(0);
    this.contexts.fill(0);
    for (const { dc, ac } of this.statistics) {
      dc.reset();
      ac.reset();
    }
  }

  block(component: number, coefficients: Int16Array, offset: number): boolean {
    const { reader, predictions } = this;
    const { dc, ac } = this.statistics[component];
    const value = predictions[component] + decodeDcDifference(reader, dc, this.contexts, component);
    if (value < -0x8000 || value > 0x7fff) dcOutOfRange(reader, value);
    predictions[component] = value;
    coefficients[offset] = value;
    const { bins } = ac;
    for (let k = 1; k < 64; k++) {
      if (reader.decide(bins, 3 * (k - 1)) === 1) return value !== 0 || k > 1; // EOB
      k = passZeros(reader, bins, k, 63);
      coefficients[offset + ZIGZAG_TO_NATURAL[k]] = decodeAcValue(reader, ac, k, 0);
    }
    return true;
  }

  finish(): number {
    return this.reader.finish();
  }
}

/** The next DC difference (T.81 Figure F.19). `contexts[component]` is S0, and is updated for the next block. */
export function decodeDcDifference(
  reader: ArithmeticReader,
  statistics: DcStatistics,
  contexts: Uint8Array,
  component: number,
): number {
  const { bins } = statistics;
  const s0 = contexts[component];
  if (reader.decide(bins, s0) === 0) {
    contexts[component] = 0;
    return 0;
  }
  const negative = reader.decide(bins, s0 + 1);
  // SP or SN: whether the magnitude is above 1. From here on the magnitude minus one is coded.
  let category = reader.decide(bins, s0 + 2 + negative);
  let bin = DC_X1;
  if (category === 1) {
    for (; reader.decide(bins, bin) === 1; bin++) category = doubled(reader, category);
  }
  contexts[component] = statistics.contextAfter(category, negative);
  const magnitude = decodeMagnitude(reader, bins, bin + MAGNITUDE_BITS, category) + 1;
  return negative === 1 ? -magnitude : magnitude;
}

/** The position of the next nonzero coefficient, `k` or above (the loop in Figure F.20). */
export function passZeros(reader: ArithmeticReader, bins: Uint8Array, k: number, last: number): number {
  let place = k;
  while (reader.decide(bins, 3 * place - 2) === 0) {
    if (++place > last) pastLast(reader);
  }
  return place;
}

/** The AC coefficient at position `k`, which is nonzero, times 2^`shift` (T.81 Figure F.21). */
export function decodeAcValue(
  reader: ArithmeticReader,
  statistics: AcStatistics,
  k: number,
  shift: number,
): number {
  const { bins } = statistics;
  const negative = reader.decide(bins, AC_FIXED);
  const first = 3 * k - 1;
  let lessOne = 0;
  if (reader.decide(bins, first) === 1) {
    lessOne = 1;
    // SP, SN and X1 are one bin (Table F.5).
    if (reader.decide(bins, first) === 1) {
      let category = 2;
      let bin = statistics.highMagnitude(k);
      for (; reader.decide(bins, bin) === 1; bin++) category = doubled(reader, category);
      lessOne = decodeMagnitude(reader, bins, bin + MAGNITUDE_BITS, category);
    }
  }
  const magnitude = (lessOne + 1) * (1 << shift);
  if (magnitude > 0x7fff) {
    reader.corrupt('JPEG_COEFFICIENT_RANGE', `AC magnitude ${magnitude} does not fit in 16 bits`);
  }
  return negative === 1 ? -magnitude : magnitude;
}

export function pastLast(reader: ArithmeticReader): never {
  reader.stop('JPEG_ZERO_RUN', RUN_TOO_LONG);
}

function doubled(reader: ArithmeticReader, category: number): number {
  const next = category * 2;
  if (next === MAGNITUDE_OVERFLOW) {
    reader.stop('JPEG_COEFFICIENT_RANGE', 'a magnitude has more than 15 bits');
  }
  return next;
}

/** The bits below the highest one, `category`, all with the same bin (T.81 Figure F.24). */
function decodeMagnitude(reader: ArithmeticReader, bins: Uint8Array, bin: number, category: number): number {
  let value = category;
  for (let bit = category >> 1; bit > 0; bit >>= 1) {
    if (reader.decide(bins, bin) === 1) value |= bit;
  }
  return value;
}
