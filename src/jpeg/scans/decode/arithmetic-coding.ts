import { ArithmeticReader } from '../../entropy/arithmetic/reader.ts';
import { AcStatistics, DcStatistics } from '../../entropy/arithmetic/statistics.ts';
import type { EntropyDecoder } from '../../entropy/entropy-decoder.ts';
import { conditioningInForce } from '../../markers/conditioning-segment.ts';
import type { ScanHeader } from '../../markers/scan-header.ts';
import type { StreamParser } from '../../markers/stream-parser.ts';
import {
  ArithmeticAcFirstDecoder,
  ArithmeticAcRefinementDecoder,
  ArithmeticDcFirstDecoder,
  ArithmeticDcRefinementDecoder,
} from './progressive-arithmetic.ts';
import { SequentialArithmeticDecoder } from './sequential-arithmetic.ts';
import { soundArithmeticDecoder } from './sound-arithmetic.ts';

/**
 * Arithmetic coding (T.81 Annex D), sequential and progressive: SOF9 and SOF10.
 *
 * @param own reads the segments in a way of its own
 */
export function arithmeticDecoder(
  parser: StreamParser,
  scan: ScanHeader,
  progressive: boolean,
  own?: ArithmeticReader,
): EntropyDecoder {
  const reader = own ?? new ArithmeticReader(parser.bytes);
  // Components that use the same table share its statistics.
  const tables = conditioningInForce(parser);
  const dc = tables.dc.map((conditioning) => new DcStatistics(conditioning));
  const ac = tables.ac.map((conditioning) => new AcStatistics(conditioning));
  const { components } = scan;
  if (!progressive) {
    const statistics = components.map(({ dcTable, acTable }) => ({ dc: dc[dcTable], ac: ac[acTable] }));
    const exact = new SequentialArithmeticDecoder(reader, statistics);
    if (own || components.length > 1) return exact;
    const [{ dcTable, acTable }] = components;
    const conditioning = { ...tables.dc[dcTable], acThreshold: tables.ac[acTable].acThreshold };
    return soundArithmeticDecoder(parser.bytes, scan.dataOffset, conditioning, exact);
  }
  const first = scan.approximationHigh === 0;
  if (scan.spectralStart === 0) {
    if (!first) return new ArithmeticDcRefinementDecoder(reader, scan);
    const statistics = components.map(({ dcTable }) => dc[dcTable]);
    return new ArithmeticDcFirstDecoder(reader, statistics, scan);
  }
  const statistics = ac[components[0].acTable];
  return first
    ? new ArithmeticAcFirstDecoder(reader, statistics, scan)
    : new ArithmeticAcRefinementDecoder(reader, statistics, scan);
}
