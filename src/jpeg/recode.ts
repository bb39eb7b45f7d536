import { decodeCoefficients } from './decoder.ts';
import { encodeCoefficients } from './encoder.ts';
import { readFrameHeader } from './first-scan.ts';
import { isArithmetic } from './frame-header.ts';
import type { JpegReadOptions } from './limits.ts';

/**
 * The same picture for decoders that know no arithmetic coding, as most: such a stream is written again with Huffman
 * codes, its coefficients unchanged; every other is returned as it is.
 */
export function withoutArithmetic(bytes: Uint8Array, options: JpegReadOptions = {}): Uint8Array {
  return isArithmetic(readFrameHeader(bytes, options).process)
    ? encodeCoefficients(decodeCoefficients(bytes, options))
    : bytes;
}
