import type { ByteWriter } from '../byte-writer.ts';

/** Writes an entropy-coded segment, the high bit first, with a zero byte stuffed after every FF (T.81 F.1.2.3). */
export class BitWriter {
  private readonly output: ByteWriter;
  /** The bits that do not yet fill a byte, `count` of them, at the low end. */
  private pending = 0;
  private count = 0;

  constructor(output: ByteWriter) {
    this.output = output;
  }

  /** The low `size` bits of `value`, 0 ≤ size ≤ 16. */
  bits(value: number, size: number): void {
    this.pending = (this.pending << size) | (value & ((1 << size) - 1));
    this.count += size;
    while (this.count >= 8) {
      this.count -= 8;
      const byte = (this.pending >> this.count) & 0xff;
      this.output.byte(byte);
      if (byte === 0xff) this.output.byte(0);
    }
  }

  /** Ends the segment: fills its last byte up with 1-bits. */
  finish(): void {
    if (this.count > 0) this.bits(0xff, 8 - this.count);
  }
}
