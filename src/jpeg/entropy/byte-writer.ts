import { ByteBuffer } from '../../bytes.ts';

/** Bytes of a JPEG. */
export class ByteWriter extends ByteBuffer {
  /** 16 bits, the high byte first. */
  word(value: number): void {
    this.byte(value >> 8);
    this.byte(value & 0xff);
  }

  /** A marker: FF and its code. */
  marker(code: number): void {
    this.byte(0xff);
    this.byte(code);
  }
}
