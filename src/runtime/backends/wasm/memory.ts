import { WjpegError } from '../../../errors.ts';

const PAGE = 65536;
/** The kernels' own constants lie below this address. */
const FIRST_ADDRESS = 1024;

/** Allocator for the memory of the kernels, aligned to 64 bytes. */
export class KernelMemory {
  readonly memory: WebAssembly.Memory;
  #next = FIRST_ADDRESS;

  /** `shared`: whether threads share it. */
  constructor(shared: boolean) {
    try {
      this.memory = new WebAssembly.Memory({ initial: 1, maximum: MAXIMUM_PAGES, shared });
    } catch (cause) {
      throw noMemory(PAGE, cause);
    }
  }

  /** Bytes allocated so far. */
  get used(): number {
    return this.#next;
  }

  /** Frees everything allocated since `used` had this value. */
  rewind(used: number): void {
    this.#next = used;
  }

  /** Allocates `bytes`, zero unless reused; slightly more may be read or written after them. Returns the address. */
  allocate(bytes: number): number {
    const address = this.#next;
    this.#next = align(address + bytes + SLACK);
    const missing = this.#next - this.memory.buffer.byteLength;
    if (missing > 0) this.#grow(Math.ceil(missing / PAGE));
    return address;
  }

  /** Copies an array into newly allocated memory. */
  write(array: ArrayBufferView): number {
    const address = this.allocate(array.byteLength);
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
      throw noMemory(this.#next, cause);
    }
  }
}

/** Address space of 32 bits: 4 GiB. */
export const MAXIMUM_PAGES = 65536;

/** Vectors may be read and written slightly past the end. */
const SLACK = 32;

function align(address: number): number {
  return Math.ceil(address / 64) * 64;
}

function noMemory(bytes: number, cause: unknown): WjpegError {
  return new WjpegError(
    'unavailable',
    'WASM_MEMORY',
    `cannot allocate ${bytes} bytes of WebAssembly memory (are undisposed sessions still open?)`,
    { cause },
  );
}
