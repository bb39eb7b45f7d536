/** Bytes written one after the other into memory that doubles as needed, independent of any length stated beforehand. */
export class ByteBuffer {
  private memory = new Uint8Array(1024);
  private used = 0;

  /** The bytes so far, not copied: appending does not change them, `clear` lets later bytes overwrite them. */
  get bytes(): Uint8Array {
    return this.memory.subarray(0, this.used);
  }

  byte(value: number): void {
    if (this.used === this.memory.length) this.reserve(this.used + 1);
    this.memory[this.used++] = value;
  }

  append(part: Uint8Array): void {
    const length = this.used + part.length;
    if (length > this.memory.length) this.reserve(length);
    this.memory.set(part, this.used);
    this.used = length;
  }

  clear(): void {
    this.used = 0;
  }

  /** A copy of the bytes so far. */
  toUint8Array(): Uint8Array {
    return this.memory.slice(0, this.used);
  }

  private reserve(length: number): void {
    const larger = new Uint8Array(Math.max(length, 2 * this.memory.length));
    larger.set(this.bytes);
    this.memory = larger;
  }
}

/** Parts one after the other. */
export function joinBytes(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
