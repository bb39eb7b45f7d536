import { decodeBase64, instantiate, moduleOf } from '../embedded.ts';
import { JPEG_PIXELS_WASM } from './kernels-wasm.ts';

interface Exports {
  inverseDctRow(
    coefficients: number,
    quantization: number,
    count: number,
    samples: number,
    work: number,
  ): void;
}

const PAGE = 65536;
/** Below lies AssemblyScript's own data; then the quantisation table and the kernel's 64 work values. */
const QUANTIZATION = 1024;
const WORK = QUANTIZATION + 128;
const COEFFICIENTS = WORK + 256;
/** Of a block: its coefficients, two bytes each, and its samples. */
const BLOCK_BYTES = 192;

/** A memory with its instance. */
class Place {
  readonly exports: Exports;
  readonly buffer: ArrayBuffer;

  constructor(pages: number) {
    const module = moduleOf('jpeg-pixels', () => decodeBase64(JPEG_PIXELS_WASM));
    const memory = new WebAssembly.Memory({ initial: pages, maximum: PAGE });
    this.exports = instantiate(module, memory);
    this.buffer = memory.buffer;
  }
}

/** Rows that fit into one page are transformed here: a memory for each component would take longer than a small picture. */
let kept: Place | undefined;

/** The inverse DCT of one component, a row of blocks at a time, in WebAssembly. */
export class InverseDctRows {
  readonly #place: Place;
  readonly #quantization: Uint16Array;
  readonly #count: number;
  readonly #samples: Uint8Array;

  /**
   * @param count blocks per row
   * @param quantization 64 entries, natural order
   */
  constructor(count: number, quantization: Uint16Array) {
    const pages = Math.ceil((COEFFICIENTS + count * BLOCK_BYTES) / PAGE);
    if (pages === 1) kept ??= new Place(1);
    this.#place = pages === 1 ? (kept as Place) : new Place(pages);
    this.#quantization = quantization;
    this.#count = count;
    this.#samples = new Uint8Array(count * 64);
  }

  /**
   * @param coefficients count × 64 quantised coefficients, natural order
   * @returns 8 lines of 8 · count samples; overwritten by the next call
   */
  run(coefficients: Int16Array): Uint8Array {
    const { exports, buffer } = this.#place;
    const samples = COEFFICIENTS + this.#count * 128;
    // Others may have been here since.
    new Uint16Array(buffer, QUANTIZATION, 64).set(this.#quantization);
    new Int16Array(buffer, COEFFICIENTS, coefficients.length).set(coefficients);
    exports.inverseDctRow(COEFFICIENTS, QUANTIZATION, this.#count, samples, WORK);
    this.#samples.set(new Uint8Array(buffer, samples, this.#samples.length));
    return this.#samples;
  }
}
