/** Numbers of any width one after another, most significant bit first. */
export class BitSink {
  readonly #bytes: number[] = [];
  #current = 0;
  #free = 8;

  /** Appends the lowest `count` bits (0 to 32) of `value`. */
  bits(value: number, count: number): void {
    for (let bit = count - 1; bit >= 0; bit--) {
      this.#current = (this.#current << 1) | ((value >>> bit) & 1);
      if (--this.#free === 0) this.#flush();
    }
  }

  /** Fills up the last byte with zeros, so that what follows starts at a byte. */
  align(): void {
    if (this.#free === 8) return;
    this.#current <<= this.#free;
    this.#flush();
  }

  /** Appends whole bytes, at the start of a byte. */
  bytes(values: Uint8Array): void {
    this.align();
    for (const value of values) this.#bytes.push(value);
  }

  finish(): Uint8Array {
    this.align();
    return Uint8Array.from(this.#bytes);
  }

  #flush(): void {
    this.#bytes.push(this.#current & 255);
    this.#current = 0;
    this.#free = 8;
  }
}

/** Reads what a `BitSink` wrote; beyond the end there are zeros. */
export class BitSource {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  bits(count: number): number {
    let value = 0;
    for (let i = 0; i < count; i++, this.#at++) {
      value = value * 2 + ((this.#bytes[this.#at >> 3] >> (7 - (this.#at & 7))) & 1);
    }
    return value;
  }

  align(): void {
    this.#at = Math.ceil(this.#at / 8) * 8;
  }

  bytes(count: number): Uint8Array {
    this.align();
    const first = this.#at / 8;
    this.#at += count * 8;
    return this.#bytes.subarray(first, first + count);
  }
}
