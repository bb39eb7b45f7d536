import { WjpegError } from '../../errors.ts';

/** Numbers that a model of any size may make by folding. */
const ALLOWANCE = 2 ** 22;
/** Numbers that it may make besides, for each byte of the model and of its external data. */
const PER_BYTE = 8;

/**
 * Bounds the numbers that are made at import: initialisers that are read, constants that are computed, and weights that are
 * brought into the order of an operator of ours. A small file cannot ask for much memory.
 */
export class Budget {
  #total = ALLOWANCE;
  #taken = 0;

  /** Bytes that were read allow for more numbers. */
  addBytes(bytes: number): void {
    this.#total += PER_BYTE * bytes;
  }

  /** Call before the memory is allocated. Throws `GRAPH_LIMIT`. */
  take(numbers: number, what: string): void {
    this.#taken += numbers;
    if (this.#taken <= this.#total) return;
    throw new WjpegError(
      'limit',
      'GRAPH_LIMIT',
      `${what} makes ${numbers} numbers, ${this.#taken} with those before it; a model of this size may make ${this.#total}: ` +
        'export it with its constants folded (onnxsim)',
    );
  }
}
