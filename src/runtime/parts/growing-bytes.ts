/** Bytes received piece by piece, in memory that doubles as needed, independent of the length a server states. */
export class GrowingBytes {
  #memory = new Uint8Array(4096);
  #length = 0;

  /** The bytes received. Unchanged when more arrive. */
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

  /** Whether the bytes at `offset` equal `chunk`. */
  hasAt(offset: number, chunk: Uint8Array): boolean {
    return chunk.every((byte, index) => byte === this.#memory[offset + index]);
  }
}
