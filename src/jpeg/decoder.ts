import { type JpegReadOptions, resolveLimits } from './limits.ts';
import { firstScan } from './markers/first-scan.ts';
import { StreamParser } from './markers/stream-parser.ts';
import { ALL_CODINGS } from './scans/all-codings.ts';
import { decodeScans } from './scans/decode/progressive-coding.ts';
import type { CoefficientImage } from './types.ts';

/**
 * Decodes a JPEG to its quantised coefficients and no further: sequential and progressive, Huffman and arithmetic
 * coding (SOF0, SOF1, SOF2, SOF9, SOF10), 8-bit samples, 1 to 4 components in any sampling. Bytes after EOI are
 * ignored, as other readers do.
 *
 * @throws WjpegError `JPEG_…`: `corrupt` where the stream breaks T.81 or ends early (nothing is ever filled in,
 * but for the zero bytes that arithmetic coding leaves out at the end of a segment: see `ArithmeticReader`),
 * `unsupported` for other processes, `limit` where it declares more than the limits allow.
 */
export function decodeCoefficients(bytes: Uint8Array, options: JpegReadOptions = {}): CoefficientImage {
  const parser = new StreamParser(bytes, resolveLimits(options));
  const frame = parser.frame();
  return decodeScans(parser, frame, firstScan(parser, frame), ALL_CODINGS);
}
