import { decodeCoefficients } from './decoder.ts';
import { encodeCoefficients } from './encoder.ts';
import { type JpegReadOptions, resolveLimits } from './limits.ts';
import { isArithmetic, isProgressive } from './markers/frame-header.ts';
import { endOfScan } from './markers/scan-prefix.ts';
import { StreamParser } from './markers/stream-parser.ts';

/**
 * The same coefficients in the one form that every decoder reads right: sequential, with Huffman codes and without restart
 * intervals. A stream of that form is returned as it is, every other is written again. jpeg-js knows no arithmetic
 * coding, and runs past the last block where a restart interval does not divide the blocks of a scan.
 *
 * @throws WjpegError as `decodeCoefficients` and `encodeCoefficients`
 */
export function asPlainSequential(bytes: Uint8Array, options: JpegReadOptions = {}): Uint8Array {
  const parser = new StreamParser(bytes, resolveLimits(options));
  const { process } = parser.frame();
  // Restart intervals are declared before the first scan.
  parser.nextScan();
  const isPlain = !isArithmetic(process) && !isProgressive(process) && parser.restartInterval === 0;
  return isPlain ? bytes : encodeCoefficients(decodeCoefficients(bytes, options));
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
