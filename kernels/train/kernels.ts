import { WjpegError } from '../../src/errors.ts';
import { DCT_BASIS } from '../../src/jpeg/dct/basis.ts';
import { decodeBase64, instantiate, moduleOf } from '../embedded.ts';
import { TRAIN_KERNELS_WASM } from './kernels-wasm.ts';

/** A float32 array in the memory of the kernels. */
export interface Buffer32 {
  /** Byte address, a multiple of 64. */
  readonly address: number;
  readonly values: Float32Array;
}

/** A matrix operand: element (r, c) is `values[r·row + c·column]`. */
export interface Operand {
  readonly buffer: Buffer32;
  readonly row: number;
  readonly column: number;
}

/** Row-major matrix of `columns` columns. */
export function rowMajor(buffer: Buffer32, columns: number): Operand {
  return { buffer, row: columns, column: 1 };
}

export function transposed({ buffer, row, column }: Operand): Operand {
  return { buffer, row: column, column: row };
}

/** One step of Adam, as assembly/coefficients.ts defines it. */
export interface CoefficientStep {
  readonly latent: Buffer32;
  readonly first: Buffer32;
  readonly second: Buffer32;
  readonly gradient: Buffer32;
  readonly weight: Buffer32;
  readonly steps: Buffer32;
  readonly stepGradient: Buffer32;
  readonly lambda: number;
  readonly rate: number;
  readonly correction: number;
  readonly keepFirst: number;
  readonly keepSecond: number;
  readonly epsilon: number;
}

interface Exports {
  multiplyScratch(m: number, n: number, k: number): number;
  multiply(...numbers: number[]): void;
  dequantize(n: number, latent: number, steps: number, values: number): void;
  adamCoefficients(...numbers: number[]): void;
  transformPictures(...numbers: number[]): void;
  transformMatrix(...numbers: number[]): void;
}

const PAGE = 65536;
/** AssemblyScript's own static data lies below this. */
const FIRST_ADDRESS = 4096;

/**
 * The float32 SIMD kernels of training and the memory that they work in. All memory is allocated once, at creation;
 * buffers are allocated one after the other and live as long as the kernels.
 */
export class TrainKernels {
  readonly #memory: WebAssembly.Memory;
  readonly #exports: Exports;
  #next = FIRST_ADDRESS;
  readonly #basis: Buffer32;
  readonly #transposedBasis: Buffer32;
  readonly #work: Buffer32;
  #scratch: Buffer32 | undefined;

  /** `floats`: maximum number of float32 values of all buffers and the scratch memory of `multiply` together. */
  constructor(floats: number) {
    const bytes = FIRST_ADDRESS + floats * 4 + 64 * PAGE;
    const pages = Math.ceil(bytes / PAGE);
    const module = moduleOf('train', validBytes);
    try {
      this.#memory = new WebAssembly.Memory({ initial: pages });
    } catch (cause) {
      throw new WjpegError(
        'unavailable',
        'TRAIN_MEMORY',
        `cannot allocate the ${bytes} bytes that training needs: choose a smaller network or batch`,
        {
          cause,
        },
      );
    }
    this.#exports = instantiate(module, this.#memory);
    this.#basis = this.buffer(64);
    this.#transposedBasis = this.buffer(64);
    this.#work = this.buffer(64);
    for (let i = 0; i < 64; i++) {
      this.#basis.values[i] = DCT_BASIS[i];
      this.#transposedBasis.values[(i % 8) * 8 + (i >> 3)] = DCT_BASIS[i];
    }
  }

  /** Allocates `length` floats, all zero. */
  buffer(length: number): Buffer32 {
    const address = this.#next;
    // Vectors may be read slightly past the end.
    this.#next = (address + length * 4 + 64 + 63) & ~63;
    if (this.#next > this.#memory.buffer.byteLength) {
      throw new WjpegError('misuse', 'TRAIN_MEMORY', 'buffers exceed the size the kernels were created for');
    }
    return { address, values: new Float32Array(this.#memory.buffer, address, length) };
  }

  /** Allocates the scratch memory for products up to these sizes; call once, before `multiply`. */
  reserveScratch(sizes: readonly (readonly [m: number, n: number, k: number])[]): void {
    const floats = sizes.map(([m, n, k]) => this.#exports.multiplyScratch(m, n, k));
    this.#scratch = this.buffer(Math.max(...floats));
  }

  /** C = A·B: A is m × k, B is k × n, C is m × n, row-major with `cRow` elements a row. */
  multiply(m: number, n: number, k: number, a: Operand, b: Operand, c: Buffer32, cRow: number = n): void {
    const { address } = this.#scratch as Buffer32;
    this.#exports.multiply(
      m,
      n,
      k,
      a.buffer.address,
      a.row,
      a.column,
      b.buffer.address,
      b.row,
      b.column,
      c.address,
      cRow,
      address,
    );
  }

  /** values[i] = round(latent[i]) · steps[i mod 64]; the length is a multiple of 64. */
  dequantize(latent: Buffer32, steps: Buffer32, values: Buffer32): void {
    this.#exports.dequantize(latent.values.length, latent.address, steps.address, values.address);
  }

  adamCoefficients(step: CoefficientStep): void {
    this.#exports.adamCoefficients(
      step.latent.values.length,
      step.latent.address,
      step.first.address,
      step.second.address,
      step.gradient.address,
      step.weight.address,
      step.steps.address,
      step.stepGradient.address,
      step.lambda,
      step.rate,
      step.correction,
      step.keepFirst,
      step.keepSecond,
      step.epsilon,
    );
  }

  /** Pictures of whole blocks, row-major, → coefficients in block order. */
  transformPictures(
    count: number,
    blocksDown: number,
    blocksAcross: number,
    pictures: Buffer32,
    output: Buffer32,
  ): void {
    this.#exports.transformPictures(
      count,
      blocksDown,
      blocksAcross,
      pictures.address,
      output.address,
      this.#basis.address,
      this.#transposedBasis.address,
      this.#work.address,
    );
  }

  /** A matrix of down × across blocks, row-major, → coefficients in block order. */
  forwardMatrix(down: number, across: number, matrix: Buffer32, blocks: Buffer32): void {
    this.#transformMatrix(down, across, matrix, blocks, 0);
  }

  /** The inverse of `forwardMatrix`. */
  inverseMatrix(down: number, across: number, blocks: Buffer32, matrix: Buffer32): void {
    this.#transformMatrix(down, across, matrix, blocks, 1);
  }

  #transformMatrix(down: number, across: number, matrix: Buffer32, blocks: Buffer32, inverse: 0 | 1): void {
    this.#exports.transformMatrix(
      down,
      across,
      matrix.address,
      blocks.address,
      inverse,
      this.#basis.address,
      this.#transposedBasis.address,
      this.#work.address,
    );
  }
}

function validBytes(): Uint8Array<ArrayBuffer> {
  const bytes = decodeBase64(TRAIN_KERNELS_WASM);
  if (!WebAssembly.validate(bytes)) {
    throw new WjpegError(
      'unavailable',
      'TRAIN_NO_SIMD',
      'training needs WebAssembly SIMD, which this environment lacks: use a current Node.js or browser',
    );
  }
  return bytes;
}
