/** Bytes written one after the other into an array that grows as needed. */
export class ByteWriter {
  private bytes = new Uint8Array(1024);
  private length = 0;

  byte(value: number): void {
    if (this.length === this.bytes.length) {
      const larger = new Uint8Array(this.length * 2);
      larger.set(this.bytes);
      this.bytes = larger;
    }
    this.bytes[this.length++] = value;
  }

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

  /** A copy of the bytes written. */
  toUint8Array(): Uint8Array {
    return this.bytes.slice(0, this.length);
  }
}
