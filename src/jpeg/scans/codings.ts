import type { EntropyDecoder } from '../entropy/entropy-decoder.ts';
import { type FrameHeader, isArithmetic, isProgressive } from '../markers/frame-header.ts';
import type { ScanHeader } from '../markers/scan-header.ts';
import type { StreamParser } from '../markers/stream-parser.ts';
import type { CoefficientImage, JpegProcess } from '../types.ts';

/**
 * The ways of coding coefficients beyond sequential Huffman codes, as far as loaded. Few pages need all of them,
 * so each is a module loaded when a stream needs it; `ALL_CODINGS` is for synchronous callers.
 */
export interface Codings {
  readonly progressive?: ProgressiveCoding;
  readonly arithmetic?: ArithmeticCoding;
}

/** progressive-coding.ts. */
export interface ProgressiveCoding {
  decodeScans(
    parser: StreamParser,
    frame: FrameHeader,
    first: ScanHeader,
    codings: Codings,
  ): CoefficientImage;
  progressiveHuffmanDecoder(parser: StreamParser, scan: ScanHeader): EntropyDecoder;
}

/** arithmetic-coding.ts. */
export interface ArithmeticCoding {
  arithmeticDecoder(parser: StreamParser, scan: ScanHeader, progressive: boolean): EntropyDecoder;
}

/** Loads what streams of these processes need. */
export async function loadCodings(processes: readonly JpegProcess[]): Promise<Codings> {
  const [progressive, arithmetic] = await Promise.all([
    processes.some(isProgressive) ? import('./decode/progressive-coding.ts') : undefined,
    processes.some(isArithmetic) ? import('./decode/arithmetic-coding.ts') : undefined,
  ]);
  return { ...(progressive && { progressive }), ...(arithmetic && { arithmetic }) };
}

/** One of the ways; the caller must have loaded it. */
export function coding<Name extends keyof Codings>(codings: Codings, name: Name): NonNullable<Codings[Name]> {
  const found = codings[name];
  if (found === undefined) throw new Error(`the decoder of ${name} JPEGs has not been loaded`);
  return found;
}
