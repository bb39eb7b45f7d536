import { WjpegError } from '../../../errors.ts';

const PAGE = 65536;
/** The kernels' own constants lie below this address. */
const FIRST_ADDRESS = 1024;

/** Memory of the kernels, handed out piece by piece, aligned to 64 bytes. */
export class KernelMemory {
  readonly memory: WebAssembly.Memory;
  #next = FIRST_ADDRESS;

  /** `shared`: whether threads are to see it. */
  constructor(shared: boolean) {
    try {
      this.memory = new WebAssembly.Memory({ initial: 1, maximum: MAXIMUM_PAGES, shared });
    } catch (cause) {
      throw new WjpegError(
        'unavailable',
        'WASM_MEMORY',
        'no WebAssembly memory is to be had: are there many sessions that nobody disposed of?',
        { cause },
      );
    }
  }

  /** Bytes handed out so far. */
  get used(): number {
    return this.#next;
  }

  /** Gives back everything that was taken after `used` was this. */
  rewind(used: number): void {
    this.#next = used;
  }

  /** Takes `bytes`, zero unless they were given back before; some more may be read or written behind them. Returns the address. */
  take(bytes: number): number {
    const address = this.#next;
    this.#next = align(address + bytes + SLACK);
    const missing = this.#next - this.memory.buffer.byteLength;
    if (missing > 0) this.#grow(Math.ceil(missing / PAGE));
    return address;
  }

  /** Copies an array into memory of its own. */
  put(array: ArrayBufferView): number {
    const address = this.take(array.byteLength);
    new Uint8Array(this.memory.buffer, address, array.byteLength).set(
      new Uint8Array(array.buffer, array.byteOffset, array.byteLength),
    );
    return address;
  }

  words(address: number, length: number): Uint32Array {
    return new Uint32Array(this.memory.buffer, address, length);
  }

  /** Writes some words of the record at `address`. */
  setWords(address: number, words: readonly (readonly [word: number, value: number])[]): void {
    const record = new Uint32Array(this.memory.buffer, address);
    for (const [word, value] of words) record[word] = value;
  }

  floats(address: number, length: number): Float32Array {
    return new Float32Array(this.memory.buffer, address, length);
  }

  #grow(pages: number): void {
    try {
      this.memory.grow(pages);
    } catch (cause) {
      throw new WjpegError(
        'unavailable',
        'WASM_MEMORY',
        `the model takes ${this.#next} bytes of WebAssembly memory, which are not there`,
        { cause },
      );
    }
  }
}

/** The most that an address of 32 bits reaches: 4 GiB. */
export const MAXIMUM_PAGES = 65536;

/** Vectors may be read and written a little past the end. */
const SLACK = 32;

function align(address: number): number {
  return Math.ceil(address / 64) * 64;
}
