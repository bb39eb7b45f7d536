import { WjpegError } from '../../errors.ts';
import { type JpegReadOptions, resolveLimits } from '../limits.ts';
import { type FrameHeader, isArithmetic, isProgressive } from './frame-header.ts';
import type { ScanHeader } from './scan-header.ts';
import { StreamParser } from './stream-parser.ts';

/**
 * Size and components of a JPEG as its frame header declares them; checked as far as that header.
 *
 * @throws WjpegError `JPEG_…` for a stream that breaks T.81 so far, or declares more than the limits allow
 */
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

export function missingScan(frame: FrameHeader, index: number): WjpegError {
  return new WjpegError(
    'corrupt',
    'JPEG_MISSING_SCAN',
    `JPEG ends without any scan of component ${frame.components[index].id}`,
  );
}

/**
 * Refuses a stream that is too short for the blocks that it declares, before memory is taken for them: the first scan
 * of a block is at least one Huffman code, two in a sequential scan (its DC and an end of block).
 *
 * Arithmetic coding has no such bound: thousands of empty blocks can take a bit, and a whole picture of them no byte at
 * all. There, memory is bounded by the limits alone, and so is time: no bit of a coefficient comes in two scans
 * (`Progression`), and each takes a few decisions.
 */
function checkDataSuffices(frame: FrameHeader, scan: ScanHeader, bytes: Uint8Array): void {
  if (isArithmetic(frame.process)) return;
  const blocks = frame.components.reduce(
    (sum, { blocksPerRow, blocksPerColumn }) => sum + blocksPerRow * blocksPerColumn,
    0,
  );
  const min = Math.ceil((blocks * (isProgressive(frame.process) ? 1 : 2)) / 8);
  const left = bytes.length - scan.dataOffset;
  if (left < min) {
    throw new WjpegError(
      'corrupt',
      'JPEG_TRUNCATED',
      `JPEG declares ${frame.width}×${frame.height}, ${blocks} blocks, which take at least ${min} bytes; ${left} are left`,
      { offset: bytes.length },
    );
  }
}
