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

/** A whole-number array in the memory of the kernels: tables and labels. */
export interface BufferInt {
  readonly address: number;
  readonly values: Int32Array;
}

/** A kernel of training, as kernels/train/assembly documents it; addresses and numbers are its arguments. */
export type TrainKernel =
  | 'adamCoefficients'
  | 'affine'
  | 'averagePool'
  | 'averagePoolGradient'
  | 'channelSums'
  | 'clip'
  | 'clipGradient'
  | 'convolve'
  | 'convolveWeights'
  | 'copy'
  | 'crossEntropy'
  | 'dequantize'
  | 'distil'
  | 'gather'
  | 'imagesLast'
  | 'joinPlanes'
  | 'maxPool'
  | 'maxPoolGradient'
  | 'multiply'
  | 'normalize'
  | 'normalizeGradient'
  | 'splitPlanes'
  | 'sum'
  | 'transformMatrix';

/** One call of a kernel with all its arguments: shapes are fixed, so a pass over a batch is a list of these. */
export type KernelCall = readonly [kernel: TrainKernel, ...operands: number[]];

type Exports = Record<TrainKernel, (...operands: number[]) => void>;

const PAGE = 65536;
/** AssemblyScript's own static data lies below this. */
const FIRST_ADDRESS = 8192;
/** Vectors may be read slightly past the end of a buffer. */
const SLACK = 64;

/** Float32 values that a buffer of that length takes, with what lies between buffers. */
export function floatsOf(length: number): number {
  return Math.ceil((length * 4 + SLACK) / 64) * 16;
}

/**
 * The float32 SIMD kernels of training and the memory that they work in, which threads may share. All memory is allocated
 * once, at creation; buffers are allocated one after the other and live as long as the kernels.
 */
export class TrainKernels {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly #exports: Exports;
  #next = FIRST_ADDRESS;
  /** The DCT's basis (row u is frequency u), its transpose and 64 floats to work in. */
  readonly #transform: readonly number[];

  /**
   * @param floats what all buffers take, as `floatsOf` counts
   * @throws WjpegError `TRAIN_NO_SIMD` and `TRAIN_MEMORY`
   */
  constructor(floats: number) {
    this.module = moduleOf('train', validBytes);
    const bytes = FIRST_ADDRESS + (floats + 3 * floatsOf(64)) * 4;
    const pages = Math.ceil(bytes / PAGE);
    try {
      this.memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
    } catch (cause) {
      throw new WjpegError(
        'unavailable',
        'TRAIN_MEMORY',
        `cannot allocate the ${bytes} bytes that training needs: choose a smaller network or batch`,
        { cause },
      );
    }
    this.#exports = instantiate(this.module, this.memory);
    const basis = this.buffer(64);
    const transposed = this.buffer(64);
    for (let i = 0; i < 64; i++) {
      basis.values[i] = DCT_BASIS[i];
      transposed.values[(i % 8) * 8 + (i >> 3)] = DCT_BASIS[i];
    }
    this.#transform = [basis.address, transposed.address, this.buffer(64).address];
  }

  /** Allocates `length` floats, all zero. */
  buffer(length: number): Buffer32 {
    const address = this.#allocate(length);
    return { address, values: new Float32Array(this.memory.buffer, address, length) };
  }

  /** Allocates `length` whole numbers, all zero. */
  integers(length: number): BufferInt {
    const address = this.#allocate(length);
    return { address, values: new Int32Array(this.memory.buffer, address, length) };
  }

  /** The integers given, in memory of the kernels. */
  table(values: ArrayLike<number>): BufferInt {
    const table = this.integers(values.length);
    table.values.set(values);
    return table;
  }

  run([kernel, ...operands]: KernelCall): void {
    this.#exports[kernel](...operands);
  }

  /** A matrix of down × across blocks, row-major, → coefficients in block order. */
  forwardMatrix(down: number, across: number, matrix: Buffer32, blocks: Buffer32): void {
    this.run(['transformMatrix', down, across, matrix.address, blocks.address, 0, ...this.#transform]);
  }

  /** The inverse of `forwardMatrix`. */
  inverseMatrix(down: number, across: number, blocks: Buffer32, matrix: Buffer32): void {
    this.run(['transformMatrix', down, across, matrix.address, blocks.address, 1, ...this.#transform]);
  }

  #allocate(length: number): number {
    const address = this.#next;
    this.#next += floatsOf(length) * 4;
    if (this.#next > this.memory.buffer.byteLength) {
      throw new WjpegError('misuse', 'TRAIN_MEMORY', 'buffers exceed the size the kernels were created for');
    }
    return address;
  }
}

/** Floats that `multiply` works in for products up to these sizes: packed copies of both operands, 256 deep, and a tile. */
export function multiplyScratch(m: number, n: number, k: number): number {
  return (Math.ceil(m / 4) * 4 + Math.ceil(n / 12) * 12) * Math.min(k, 256) + 48;
}

function validBytes(): Uint8Array<ArrayBuffer> {
  const bytes = decodeBase64(TRAIN_KERNELS_WASM);
  if (!WebAssembly.validate(bytes)) {
    throw new WjpegError(
      'unavailable',
      'TRAIN_NO_SIMD',
      'training needs WebAssembly SIMD and shared memory, which this environment lacks: use a current Node.js or browser',
    );
  }
  return bytes;
}
