import type { ErrorCode } from '../../../error-codes.ts';
import { WjpegError } from '../../../errors.ts';
import type { EntropyReader } from '../entropy-decoder.ts';
import { AFTER_LESS_PROBABLE, AFTER_MORE_PROBABLE, MORE_PROBABLE_SHIFT, PROBABILITY } from './estimation.ts';

/**
 * Binary decisions of arithmetic-coded segments: the QM decoder of T.81 D.2.
 *
 * `interval` is A, 0x8000 … 0x10000. `code` is the significant part of C plus `ahead` bits (0 … 7) read ahead,
 * so it is compared with the interval shifted left by `ahead`; bits move only when those read ahead are used up.
 *
 * The end of the data is not an error. An encoder omits any number of zero bytes at the end of a segment (D.1.8), so a
 * decoder that reaches a marker continues with zeros until the last block (D.2.6). A truncated segment and one that
 * legally ends early are indistinguishable, so only a stream that ends without a marker counts as truncated.
 */
export class ArithmeticReader implements EntropyReader {
  protected readonly bytes: Uint8Array;
  protected position = 0;
  private interval = 0;
  private code = 0;
  private ahead = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  /** Starts a segment at `offset` (Initdec, D.2.7). */
  start(offset: number): void {
    this.position = offset;
    this.interval = 0x10000;
    this.code = this.nextByte() << 8;
    this.code |= this.nextByte();
    this.ahead = 0;
  }

  /** The next decision, 0 or 1, with the statistics of `bins[bin]` (Decode, D.2.4; estimation, D.2.5). */
  decide(bins: Uint8Array, bin: number): number {
    const state = bins[bin];
    const qe = PROBABILITY[state];
    const interval = this.interval - qe;
    const split = interval << this.ahead;
    const moreProbable = state >> MORE_PROBABLE_SHIFT;
    if (this.code < split) {
      if (interval >= 0x8000) {
        this.interval = interval;
        return moreProbable;
      }
      // The lower subinterval belongs to the more probable symbol unless it is the smaller one: then they are
      // exchanged.
      const exchanged = interval < qe;
      bins[bin] = (exchanged ? AFTER_LESS_PROBABLE : AFTER_MORE_PROBABLE)[state];
      this.renormalise(interval);
      return exchanged ? 1 - moreProbable : moreProbable;
    }
    this.code -= split;
    const exchanged = interval < qe;
    bins[bin] = (exchanged ? AFTER_MORE_PROBABLE : AFTER_LESS_PROBABLE)[state];
    this.renormalise(qe);
    return exchanged ? moreProbable : 1 - moreProbable;
  }

  /**
   * Ends the segment and returns the offset of the marker after it. No encoder writes more than has been read by
   * now, even one that keeps its final zeros: D.1.8 outputs at most the 16 bits that `code` is ahead.
   */
  finish(): number {
    const { bytes, position } = this;
    if (position >= bytes.length - 1) this.failTruncated();
    if (bytes[position] !== 0xff || bytes[position + 1] === 0) {
      throw new WjpegError(
        'corrupt',
        'JPEG_EXTRA_DATA',
        `JPEG scan data goes on at byte ${position}, after the last block of its segment`,
        { offset: position },
      );
    }
    return position;
  }

  corrupt(code: ErrorCode, what: string): void {
    this.stop(code, what);
  }

  /** Throws an error about decisions after which nothing of the segment can be decoded any more. */
  stop(code: ErrorCode, what: string): never {
    throw new WjpegError('corrupt', code, `JPEG scan data near byte ${this.position}: ${what}`, {
      offset: this.position,
    });
  }

  /** Doubles the interval until it is 0x8000 or more, and reads the bytes needed for that (Renorm_d, D.2.6). */
  private renormalise(interval: number): void {
    const shift = Math.clz32(interval) - 16;
    this.interval = interval << shift;
    this.ahead -= shift;
    while (this.ahead < 0) {
      this.code = (this.code << 8) | this.nextByte();
      this.ahead += 8;
    }
  }

  /** The next byte with stuffing removed, or 0 once a marker is reached (Byte_in and Unstuff_0, D.2.6). */
  protected nextByte(): number {
    const { bytes, position } = this;
    if (position >= bytes.length) this.failTruncated();
    const byte = bytes[position];
    if (byte !== 0xff) {
      this.position++;
      return byte;
    }
    if (bytes[position + 1] !== 0) return 0;
    this.position += 2;
    return 0xff;
  }

  private failTruncated(): never {
    throw new WjpegError(
      'corrupt',
      'JPEG_TRUNCATED',
      `JPEG scan data ends with the stream at byte ${this.bytes.length}, a marker should follow`,
      { offset: this.bytes.length },
    );
  }
}
