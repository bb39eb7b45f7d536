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

/** The inverse DCT of one component, a row of blocks at a time, in WebAssembly. */
export class InverseDctRows {
  readonly #exports: Exports;
  readonly #input: Int16Array;
  readonly #samples: Uint8Array;
  readonly #count: number;

  /**
   * @param count blocks per row
   * @param quantization 64 entries, natural order
   */
  constructor(count: number, quantization: Uint16Array) {
    const module = moduleOf('jpeg-pixels', () => decodeBase64(JPEG_PIXELS_WASM));
    const memory = new WebAssembly.Memory({
      initial: Math.ceil((COEFFICIENTS + count * 192) / PAGE),
      maximum: 65536,
    });
    this.#exports = instantiate(module, memory);
    this.#count = count;
    this.#input = new Int16Array(memory.buffer, COEFFICIENTS, count * 64);
    this.#samples = new Uint8Array(memory.buffer, COEFFICIENTS + count * 128, count * 64);
    new Uint16Array(memory.buffer, QUANTIZATION, 64).set(quantization);
  }

  /**
   * @param coefficients count × 64 quantised coefficients, natural order
   * @returns 8 lines of 8 · count samples; overwritten by the next call
   */
  run(coefficients: Int16Array): Uint8Array {
    this.#input.set(coefficients);
    this.#exports.inverseDctRow(COEFFICIENTS, QUANTIZATION, this.#count, this.#samples.byteOffset, WORK);
    return this.#samples;
  }
}
