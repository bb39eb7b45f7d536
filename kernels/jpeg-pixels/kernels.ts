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
  scaledInverseDctRow(
    coefficients: number,
    quantization: number,
    basis: number,
    frequencies: number,
    count: number,
    size: number,
    samples: number,
    work: number,
  ): void;
}

const PAGE = 65536;
/** Below lies AssemblyScript's own data; then the quantisation table, the kernels' work values, and the basis of scaled blocks. */
const QUANTIZATION = 1024;
const WORK = QUANTIZATION + 128;
/** Samples of a block along each axis, eight values for each. */
const MAX_SIZE = 16;
const BASIS = WORK + MAX_SIZE * 64;
const COEFFICIENTS = BASIS + MAX_SIZE * 64;
/** Of a block's coefficients, two bytes each. */
const COEFFICIENT_BYTES = 128;

/** A memory with its instance. */
class Place {
  readonly exports: Exports;
  readonly buffer: ArrayBuffer;
  readonly pages: number;

  constructor(pages: number) {
    const module = moduleOf('jpeg-pixels', () => decodeBase64(JPEG_PIXELS_WASM));
    const memory = new WebAssembly.Memory({ initial: pages, maximum: PAGE });
    this.exports = instantiate(module, memory);
    this.buffer = memory.buffer;
    this.pages = pages;
  }
}

/** Rows that take no more pages are transformed in one memory: another for each component would take longer than a small picture. */
const KEPT_PAGES = 16;

let kept: Place | undefined;

/** For a row of `count` blocks of size × size samples. */
function placeOf(count: number, size: number): Place {
  const pages = Math.ceil((COEFFICIENTS + count * (COEFFICIENT_BYTES + size * size)) / PAGE);
  if (kept && kept.pages >= pages) return kept;
  const place = new Place(pages);
  if (pages <= KEPT_PAGES) kept = place;
  return place;
}

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
    this.#place = placeOf(count, 8);
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
    const samples = COEFFICIENTS + this.#count * COEFFICIENT_BYTES;
    // Others may have been here since.
    new Uint16Array(buffer, QUANTIZATION, 64).set(this.#quantization);
    new Int16Array(buffer, COEFFICIENTS, coefficients.length).set(coefficients);
    exports.inverseDctRow(COEFFICIENTS, QUANTIZATION, this.#count, samples, WORK);
    this.#samples.set(new Uint8Array(buffer, samples, this.#samples.length));
    return this.#samples;
  }
}

/** The inverse DCT to size × size samples per block, 1 to 16, by a basis of so many samples. */
export class ScaledInverseDctRows {
  readonly #place: Place;
  readonly #quantization: Uint16Array;
  readonly #basis: Float64Array;
  readonly #frequencies: number;
  readonly #count: number;
  readonly #samples: Uint8Array;

  /**
   * @param count blocks per row
   * @param quantization 64 entries, natural order
   * @param basis size × 8: each sample of a line by its frequencies
   * @param frequencies those that count
   */
  constructor(count: number, quantization: Uint16Array, basis: Float64Array, frequencies: readonly number[]) {
    const size = basis.length / 8;
    this.#place = placeOf(count, size);
    this.#quantization = quantization;
    this.#basis = basis;
    this.#frequencies = frequencies.reduce((mask, frequency) => mask | (1 << frequency), 0);
    this.#count = count;
    this.#samples = new Uint8Array(count * size * size);
  }

  /**
   * @param coefficients count × 64 quantised coefficients, natural order
   * @returns `size` lines of size · count samples; overwritten by the next call
   */
  run(coefficients: Int16Array): Uint8Array {
    const { exports, buffer } = this.#place;
    const size = this.#basis.length / 8;
    const samples = COEFFICIENTS + this.#count * COEFFICIENT_BYTES;
    // Others may have been here since.
    new Uint16Array(buffer, QUANTIZATION, 64).set(this.#quantization);
    new Float64Array(buffer, BASIS, this.#basis.length).set(this.#basis);
    new Int16Array(buffer, COEFFICIENTS, coefficients.length).set(coefficients);
    exports.scaledInverseDctRow(
      COEFFICIENTS,
      QUANTIZATION,
      BASIS,
      this.#frequencies,
      this.#count,
      size,
      samples,
      WORK,
    );
    this.#samples.set(new Uint8Array(buffer, samples, this.#samples.length));
    return this.#samples;
  }
}
