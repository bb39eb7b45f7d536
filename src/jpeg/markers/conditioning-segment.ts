import { type ArithmeticConditioning, DEFAULT_CONDITIONING } from '../entropy/arithmetic/conditioning.ts';
import type { SegmentReader } from './segment-reader.ts';

/** The values that DAC segments set, by table: T.81 Table B.6. */
export interface ConditioningTables {
  /** L and U of DC tables. */
  readonly dc: Pick<ArithmeticConditioning, 'dcLower' | 'dcUpper'>[];
  /** Kx of AC tables. */
  readonly ac: Pick<ArithmeticConditioning, 'acThreshold'>[];
}

/**
 * DAC, T.81 B.2.4.3. Changes those entries of `tables` that the segment is about.
 *
 * @param anyThreshold whether Kx may be out of its range, as libjpeg allows
 */
export function readConditioning(
  segment: SegmentReader,
  tables: ConditioningTables,
  anyThreshold = false,
): void {
  while (segment.remaining > 0) {
    const classAndIdentifier = segment.byte();
    const value = segment.byte();
    const tableClass = classAndIdentifier >> 4;
    const identifier = classAndIdentifier & 15;
    if (tableClass > 1 || identifier >= tables.dc.length) {
      throw segment.corrupt(
        'JPEG_CONDITIONING',
        `expected class Tc 0 or 1 and table Tb 0…3, got ${tableClass} and ${identifier}`,
      );
    }
    if (tableClass === 1) {
      if (!anyThreshold && (value < 1 || value > 63)) {
        throw segment.corrupt('JPEG_CONDITIONING', `Kx must be 1…63, got ${value}`);
      }
      tables.ac[identifier] = { acThreshold: value };
      continue;
    }
    const dcLower = value & 15;
    const dcUpper = value >> 4;
    if (dcLower > dcUpper) {
      throw segment.corrupt('JPEG_CONDITIONING', `L must not be above U, got ${dcLower} and ${dcUpper}`);
    }
    tables.dc[identifier] = { dcLower, dcUpper };
  }
}

/** `count` DC and AC tables as they are without a DAC segment. */
export function defaultConditioning(count: number): ConditioningTables {
  return { dc: new Array(count).fill(DEFAULT_CONDITIONING), ac: new Array(count).fill(DEFAULT_CONDITIONING) };
}

/** What a parser of markers keeps of DAC segments. */
export interface ConditioningState {
  /** What DAC segments have set, once a scan with arithmetic coding has asked (`conditioningInForce`). */
  conditioning: ConditioningTables | undefined;
  /** DAC segments that no such scan has read yet. */
  readonly unreadConditioning: SegmentReader[];
}

/**
 * The conditioning in force where a parser stands. DAC segments are read here, when a scan needs them: streams with
 * Huffman codes do without this code.
 */
export function conditioningInForce(parser: ConditioningState): ConditioningTables {
  parser.conditioning ??= defaultConditioning(4);
  for (const segment of parser.unreadConditioning.splice(0)) readConditioning(segment, parser.conditioning);
  return parser.conditioning;
}
