import { ByteBuffer } from '../../../bytes.ts';
import type { ByteWriter } from '../byte-writer.ts';
import type { DecisionSink } from './decision-sink.ts';
import { AFTER_LESS_PROBABLE, AFTER_MORE_PROBABLE, MORE_PROBABLE_SHIFT, PROBABILITY } from './estimation.ts';

/** The code register C (T.81 Table D.2): 16 bits below the point, 3 spacer bits, an output byte, and a carry. */
const BYTE_SHIFT = 19;
const CARRY = 1 << 27;

/**
 * Writes binary decisions as arithmetic-coded segments: the QM encoder of T.81 D.1.
 *
 * The bytes of a segment are kept until it ends, so that a carry can propagate back through them;
 * this replaces the stack of FF bytes of D.1.6, which is for encoders that cannot go back.
 */
export class ArithmeticWriter implements DecisionSink {
  private readonly output: ByteWriter;
  private readonly segment = new ByteBuffer();
  private interval = 0;
  private code = 0;
  /** Shifts until the next byte is complete. */
  private countdown = 0;

  constructor(output: ByteWriter) {
    this.output = output;
    this.start();
  }

  /** Code_0 and Code_1 (D.1.4), with the estimation of D.1.5. */
  decide(bins: Uint8Array, bin: number, decision: number): void {
    const state = bins[bin];
    const qe = PROBABILITY[state];
    const interval = this.interval - qe;
    const isMoreProbable = decision === state >> MORE_PROBABLE_SHIFT;
    if (isMoreProbable && interval >= 0x8000) {
      this.interval = interval;
      return;
    }
    bins[bin] = (isMoreProbable ? AFTER_MORE_PROBABLE : AFTER_LESS_PROBABLE)[state];
    // The lower subinterval goes to the more probable symbol, unless it is the smaller one.
    if (isMoreProbable === interval >= qe) {
      this.renormalise(interval);
    } else {
      this.code += interval;
      this.renormalise(qe);
    }
  }

  /**
   * Ends the segment (Flush, D.1.8): of all numbers in the interval it writes the one with the most trailing zero
   * bits, and omits its trailing zero bytes (Discard_final_zeros, Figure D.15). Another segment may follow.
   */
  finish(): void {
    const highest = (this.code + this.interval - 1) & ~0xffff;
    this.code = highest < this.code ? highest + 0x8000 : highest;
    this.code <<= this.countdown;
    this.writeByte();
    this.code <<= 8;
    this.writeByte();
    const { output } = this;
    const { bytes } = this.segment;
    let { length } = bytes;
    while (length > 0 && bytes[length - 1] === 0) length--;
    for (let i = 0; i < length; i++) {
      output.byte(bytes[i]);
      if (bytes[i] === 0xff) output.byte(0);
    }
    this.start();
  }

  /** Initenc, D.1.7; the owner of the statistics resets them. */
  private start(): void {
    this.segment.clear();
    this.interval = 0x10000;
    this.code = 0;
    this.countdown = 11;
  }

  /** Renorm_e, D.1.6. */
  private renormalise(interval: number): void {
    let shift = Math.clz32(interval) - 16;
    this.interval = interval << shift;
    while (shift >= this.countdown) {
      this.code <<= this.countdown;
      shift -= this.countdown;
      this.writeByte();
      this.countdown = 8;
    }
    this.code <<= shift;
    this.countdown -= shift;
  }

  /** Byte_out, D.1.6. */
  private writeByte(): void {
    if (this.code >= CARRY) {
      const { bytes } = this.segment;
      let at = bytes.length - 1;
      for (; bytes[at] === 0xff; at--) bytes[at] = 0;
      bytes[at]++;
    }
    this.segment.byte((this.code >> BYTE_SHIFT) & 0xff);
    this.code &= (1 << BYTE_SHIFT) - 1;
  }
}
