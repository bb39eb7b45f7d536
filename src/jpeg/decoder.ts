import { WjpegError } from '../errors.ts';
import type { FrameHeader } from './frame-header.ts';
import { type JpegReadOptions, resolveLimits } from './limits.ts';
import { Progression } from './progression.ts';
import { checkDataSuffices, decodeScan } from './scan-decoder.ts';
import type { ScanHeader } from './scan-header.ts';
import { StreamParser } from './stream-parser.ts';
import type { CoefficientImage } from './types.ts';

/**
 * Decodes a JPEG to its quantised coefficients and no further: sequential and progressive, Huffman and
 * arithmetic coding (SOF0, SOF1, SOF2, SOF9, SOF10), 8-bit samples, 1 to 4 components in any sampling. Bytes after EOI are ignored, as other readers do.
 *
 * Throws a `WjpegError`: `corrupt` where the stream breaks T.81 or ends early (nothing is ever filled in,
 * but for the zero bytes that arithmetic coding leaves out at the end of a segment: see `ArithmeticReader`),
 * `unsupported` for other processes, `limit` where it declares more than the limits allow.
 */
export function decodeCoefficients(bytes: Uint8Array, options: JpegReadOptions = {}): CoefficientImage {
  const parser = new StreamParser(bytes, resolveLimits(options));
  const frame = parser.frame();
  return decodeScans(parser, frame, firstScan(parser, frame));
}

/** Size and components of a JPEG as its frame header declares them; checked as far as that header. */
export function readFrameHeader(bytes: Uint8Array, options: JpegReadOptions = {}): FrameHeader {
  return new StreamParser(bytes, resolveLimits(options)).frame();
}

/** The first scan of a stream, with the bytes that the picture needs at the very least. */
export function firstScan(parser: StreamParser, frame: FrameHeader): ScanHeader {
  const scan = parser.nextScan();
  if (scan === undefined) throw missingScan(frame, 0);
  checkDataSuffices(frame, scan, parser.bytes);
  return scan;
}

/** Decodes all scans from `first` on into one array a component. */
export function decodeScans(parser: StreamParser, frame: FrameHeader, first: ScanHeader): CoefficientImage {
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
    decodeScan(parser, scan, (decoder, component, block) => {
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

function missingScan(frame: FrameHeader, index: number): WjpegError {
  return new WjpegError(
    'corrupt',
    'JPEG_MISSING_SCAN',
    `JPEG ends without any scan of component ${frame.components[index].id}`,
  );
}
