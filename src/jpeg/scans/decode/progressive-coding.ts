import { WjpegError } from '../../../errors.ts';
import type { EntropyDecoder } from '../../entropy/entropy-decoder.ts';
import { BitReader } from '../../entropy/huffman/bit-reader.ts';
import { missingScan } from '../../markers/first-scan.ts';
import type { FrameHeader } from '../../markers/frame-header.ts';
import type { ScanHeader } from '../../markers/scan-header.ts';
import type { StreamParser } from '../../markers/stream-parser.ts';
import type { CoefficientImage } from '../../types.ts';
import type { Codings } from '../codings.ts';
import { Progression } from '../progression.ts';
import { AcFirstDecoder, AcRefinementDecoder, DcFirstDecoder, DcRefinementDecoder } from './progressive.ts';
import { decodeScan } from './scan-decoder.ts';

/** Decodes all scans from `first` on into one array a component. */
export function decodeScans(
  parser: StreamParser,
  frame: FrameHeader,
  first: ScanHeader,
  codings: Codings,
): CoefficientImage {
  const planes = frame.components.map(
    ({ blocksPerRow, blocksPerColumn }) => new Int16Array(blocksPerRow * blocksPerColumn * 64),
  );
  const quantizations: (Uint16Array | undefined)[] = frame.components.map(() => undefined);
  const progression = new Progression(frame.components.length);
  for (let scan: ScanHeader | undefined = first; scan !== undefined; scan = parser.nextScan()) {
    const problem = progression.add(scan);
    if (problem !== undefined) throw outOfOrder(scan, problem);
    for (const { index, frame } of scan.components) {
      quantizations[index] ??= parser.quantizationTable(frame.quantizationTable, scan);
    }
    const scanPlanes = scan.components.map(({ index }) => planes[index]);
    decodeScan(parser, scan, codings, (decoder, component, block) => {
      decoder.block(component, scanPlanes[component], block * 64);
    });
  }
  const components = frame.components.map(({ quantizationTable: _, ...component }, index) => {
    const quantization = quantizations[index];
    if (quantization === undefined) throw missingScan(frame, index);
    return { ...component, quantization, coefficients: planes[index] };
  });
  const { width, height, process } = frame;
  return { width, height, process, components, adobeTransform: parser.adobeTransform };
}

function outOfOrder({ dataOffset }: ScanHeader, problem: string): WjpegError {
  return new WjpegError('corrupt', 'JPEG_SCAN_ORDER', `JPEG scan at byte ${dataOffset}: ${problem}`, {
    offset: dataOffset,
  });
}

/** Scans of SOF2 (T.81 Annex G). */
export function progressiveHuffmanDecoder(
  parser: StreamParser,
  scan: ScanHeader,
  reader: BitReader = new BitReader(parser.bytes),
): EntropyDecoder {
  const { components } = scan;
  const first = scan.approximationHigh === 0;
  if (scan.spectralStart === 0) {
    if (!first) return new DcRefinementDecoder(reader, scan);
    const tables = components.map(({ dcTable }) => parser.huffmanTable(0, dcTable, scan));
    return new DcFirstDecoder(reader, tables, scan);
  }
  const table = parser.huffmanTable(1, components[0].acTable, scan);
  return first ? new AcFirstDecoder(reader, table, scan) : new AcRefinementDecoder(reader, table, scan);
}
