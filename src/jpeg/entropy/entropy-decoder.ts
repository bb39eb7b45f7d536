import type { ErrorCode } from '../../error-codes.ts';

/** Reads entropy-coded segments, whichever way they are coded. */
export interface EntropyReader {
  /** Starts a segment at `offset` of the stream. */
  start(offset: number): void;

  /** Ends the segment, checks that nothing of it is left over, and returns the offset of the marker after it. */
  finish(): number;

  /**
   * Called where the data last read break T.81. A strict reader throws `JPEG_…` with the place; a lenient one may take
   * note and return, and the decoder then goes on as libjpeg does.
   */
  corrupt(code: ErrorCode, what: string): void;
}

/**
 * Decodes the blocks of one scan, in the order of `walkBlocks`. One implementation for each way of coding; a scan is
 * one or more entropy-coded segments, divided by restart markers.
 */
export interface EntropyDecoder {
  /** Starts a segment at `offset` of the stream: predictions and runs begin anew. */
  start(offset: number): void;

  /**
   * Adds what the scan holds of one block to its 64 coefficients, natural order, from index `offset` on.
   * `component` is the index in the scan. A block that the stream codes for the first time is all zero before.
   * Says false where the block is known to be all zero still.
   */
  // biome-ignore lint/suspicious/noConfusingVoidType: only sequential decoders have something to say
  block(component: number, coefficients: Int16Array, offset: number): boolean | void;

  /** Ends the segment, checks that nothing of it is left over, and returns the offset of the marker after it. */
  finish(): number;
}
