import { decodeBase64, instantiate, moduleOf } from '../embedded.ts';
import { PICTURE_ROWS_WASM } from './kernels-wasm.ts';

/** Pixels of a row that one sum is of: all between the first and the last count alike. */
export interface SummedPixels {
  readonly first: number;
  /** One for each pixel; none for an empty sum. */
  readonly weights: ArrayLike<number>;
}

interface Exports {
  sumColumns(row: number, channels: number, columns: number, count: number, line: number): void;
  lumaRange(row: number, pixels: number, range: number): void;
}

const PAGE = 65536;
/** Below lies AssemblyScript's own data. */
const RANGE = 1024;
const COLUMNS = 1032;
const COLUMN_BYTES = 32;

/** Rows of a picture in WebAssembly with SIMD. */
export class PictureRows {
  readonly #exports: Exports;
  readonly #channels: number;
  readonly #count: number;
  readonly #row: Uint8Array;
  readonly #range: Int32Array;
  /** The channels of each sum side by side; overwritten by `sum`. */
  readonly line: Float64Array;

  constructor(pixels: number, channels: number, columns: readonly SummedPixels[]) {
    const line = COLUMNS + columns.length * COLUMN_BYTES;
    const row = line + columns.length * channels * 8;
    const pages = Math.ceil((row + pixels * channels) / PAGE);
    const memory = new WebAssembly.Memory({ initial: pages, maximum: PAGE });
    this.#exports = instantiate(
      moduleOf('picture-rows', () => decodeBase64(PICTURE_ROWS_WASM)),
      memory,
    );
    this.#channels = channels;
    this.#count = columns.length;
    this.#row = new Uint8Array(memory.buffer, row, pixels * channels);
    this.#range = new Int32Array(memory.buffer, RANGE, 2);
    this.line = new Float64Array(memory.buffer, line, columns.length * channels);
    const view = new DataView(memory.buffer);
    columns.forEach(({ first, weights }, index) => {
      const at = COLUMNS + index * COLUMN_BYTES;
      const last = weights.length - 1;
      view.setInt32(at, first, true);
      view.setInt32(at + 4, first + last, true);
      if (last < 0) return;
      view.setFloat64(at + 8, weights[0], true);
      view.setFloat64(at + 16, weights[Math.min(1, last)], true);
      view.setFloat64(at + 24, weights[last], true);
    });
  }

  /** Takes the next row: the channels of each pixel side by side. */
  set(samples: Uint8Array): void {
    this.#row.set(samples);
  }

  /** Puts the sums of the row into `line`. */
  sum(): void {
    const { byteOffset } = this.#row;
    this.#exports.sumColumns(byteOffset, this.#channels, COLUMNS, this.#count, this.line.byteOffset);
  }

  /** The least and the greatest luma (ITU-R BT.601, times 1000) of the row's red, green and blue. */
  lumaRange(): readonly [least: number, greatest: number] {
    this.#range.set([255_000, 0]);
    this.#exports.lumaRange(this.#row.byteOffset, this.#row.length / 3, RANGE);
    return [this.#range[0], this.#range[1]];
  }
}
