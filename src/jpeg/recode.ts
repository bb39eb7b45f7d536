import { decodeCoefficients } from './decoder.ts';
import { encodeCoefficients } from './encoder.ts';
import { readFrameHeader } from './first-scan.ts';
import { isArithmetic } from './frame-header.ts';
import { type JpegReadOptions, resolveLimits } from './limits.ts';
import { endOfScan } from './scan-prefix.ts';
import { StreamParser } from './stream-parser.ts';

/**
 * The same picture for the many decoders without arithmetic coding: such a stream is recoded with Huffman codes, its
 * coefficients unchanged; every other is returned as it is.
 */
export function withoutArithmetic(bytes: Uint8Array, options: JpegReadOptions = {}): Uint8Array {
  return isArithmetic(readFrameHeader(bytes, options).process)
    ? encodeCoefficients(decodeCoefficients(bytes, options))
    : bytes;
}

/**
 * Checks the limits that count scans, for a decoder that knows none: all scan headers are read, nothing between them is
 * decoded. Throws as `decodeCoefficients` would for what it checks.
 */
export function checkScanLimits(bytes: Uint8Array, options: JpegReadOptions = {}): void {
  const parser = new StreamParser(bytes, resolveLimits(options));
  for (let scan = parser.nextScan(); scan !== undefined; scan = parser.nextScan()) {
    parser.resume(endOfScan(bytes, scan.dataOffset).end);
  }
}
