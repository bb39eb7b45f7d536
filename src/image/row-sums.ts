import { PictureRows } from '../../kernels/picture-rows/kernels.ts';
import { luma601 } from './luma.ts';
import type { Coverage } from './resample.ts';

/** What a row of a picture comes to at another width. */
export interface RowSums {
  /** The channels of each sample side by side; overwritten by the next row. */
  readonly line: Float64Array;
  /** Takes the next row: the channels of each pixel side by side. */
  set(samples: Uint8Array): void;
  /** Puts the averages of the row into `line`. */
  sum(): void;
  /** The darkest and the lightest luma of a row of red, green and blue, times 1000. */
  lumaRange(): readonly [darkest: number, lightest: number];
}

/** Below so many pixels per row, making a memory of WebAssembly takes longer than it saves. */
const LEAST_PIXELS = 256;

/** In WebAssembly, or without it where an engine has none with SIMD or a page forbids it. */
export function rowSums(pixels: number, channels: number, columns: readonly Coverage[]): RowSums {
  if (pixels < LEAST_PIXELS) return new PlainRows(channels, columns);
  try {
    return new PictureRows(pixels, channels, columns);
  } catch {
    return new PlainRows(channels, columns);
  }
}

/** The same in JavaScript. */
export class PlainRows implements RowSums {
  readonly line: Float64Array;
  readonly #channels: number;
  readonly #columns: readonly Coverage[];
  #row: Uint8Array = new Uint8Array(0);

  constructor(channels: number, columns: readonly Coverage[]) {
    this.#channels = channels;
    this.#columns = columns;
    this.line = new Float64Array(columns.length * channels);
  }

  set(samples: Uint8Array): void {
    this.#row = samples;
  }

  sum(): void {
    const channels = this.#channels;
    this.#columns.forEach(({ first, weights }, column) => {
      for (let channel = 0; channel < channels; channel++) {
        const start = first * channels + channel;
        this.line[column * channels + channel] = this.#weighted(start, weights);
      }
    });
  }

  /** All pixels but the first and the last count alike. */
  #weighted(start: number, weights: Float64Array): number {
    const last = weights.length - 1;
    if (last < 0) return 0;
    const row = this.#row;
    const end = start + last * this.#channels;
    let inner = 0;
    for (let at = start + this.#channels; at < end; at += this.#channels) inner += row[at];
    const edges = weights[0] * row[start] + (last > 0 ? weights[last] * row[end] : 0);
    return last > 1 ? edges + weights[1] * inner : edges;
  }

  lumaRange(): readonly [darkest: number, lightest: number] {
    const row = this.#row;
    let [darkest, lightest] = [255, 0];
    for (let at = 0; at < row.length; at += 3) {
      const luma = luma601(row[at], row[at + 1], row[at + 2]);
      if (luma < darkest) darkest = luma;
      if (luma > lightest) lightest = luma;
    }
    return [1000 * darkest, 1000 * lightest];
  }
}
