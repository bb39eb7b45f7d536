/** Bytes that arrive piece by piece, in memory that doubles as they need it, whatever a server says of their number. */
export class GrowingBytes {
  #memory = new Uint8Array(4096);
  #length = 0;

  /** What is there. Stays as it is when more arrives. */
  get bytes(): Uint8Array {
    return this.#memory.subarray(0, this.#length);
  }

  append(chunk: Uint8Array): void {
    const length = this.#length + chunk.length;
    if (length > this.#memory.length) {
      const larger = new Uint8Array(Math.max(length, 2 * this.#memory.length));
      larger.set(this.bytes);
      this.#memory = larger;
    }
    this.#memory.set(chunk, this.#length);
    this.#length = length;
  }

  /** Whether `chunk` is what stands at `offset`. */
  hasAt(offset: number, chunk: Uint8Array): boolean {
    return chunk.every((byte, index) => byte === this.#memory[offset + index]);
  }
}
