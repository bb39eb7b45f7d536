import { ArithmeticReader } from './arithmetic-reader.ts';
import { AcStatistics, DcStatistics } from './arithmetic-statistics.ts';
import { conditioningInForce } from './conditioning-segment.ts';
import type { EntropyDecoder } from './entropy-decoder.ts';
import type { ScanHeader } from './scan-header.ts';
import {
  ArithmeticAcFirstDecoder,
  ArithmeticAcRefinementDecoder,
  ArithmeticDcFirstDecoder,
  ArithmeticDcRefinementDecoder,
} from './scan-progressive-arithmetic.ts';
import { SequentialArithmeticDecoder } from './scan-sequential-arithmetic.ts';
import type { StreamParser } from './stream-parser.ts';

/** Arithmetic coding (T.81 Annex D), sequential and progressive: SOF9 and SOF10. */
export function arithmeticDecoder(
  parser: StreamParser,
  scan: ScanHeader,
  progressive: boolean,
  reader: ArithmeticReader = new ArithmeticReader(parser.bytes),
): EntropyDecoder {
  // Components that use the same table share its statistics.
  const tables = conditioningInForce(parser);
  const dc = tables.dc.map((conditioning) => new DcStatistics(conditioning));
  const ac = tables.ac.map((conditioning) => new AcStatistics(conditioning));
  const { components } = scan;
  if (!progressive) {
    const statistics = components.map(({ dcTable, acTable }) => ({ dc: dc[dcTable], ac: ac[acTable] }));
    return new SequentialArithmeticDecoder(reader, statistics);
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
