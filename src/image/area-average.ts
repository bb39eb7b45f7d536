import { type Coverage, coverage, type SourceWindow } from './resample.ts';
import { type RowSums, rowSums } from './row-sums.ts';

interface Size {
  readonly width: number;
  readonly height: number;
}

/**
 * `resample` of a picture whose rows come one after another, from the top down, in any number of channels: sums of samples in
 * place of a picture in memory.
 */
export class AreaAverage {
  readonly #channels: number;
  readonly #columns: readonly Coverage[];
  readonly #rows: readonly Coverage[];
  readonly #row: RowSums;
  /** Of the target, the channels of a sample side by side. */
  readonly #sums: Float64Array;
  /** The first row of the target that the next row may be part of. */
  #from = 0;

  /** @param window of the picture, as `resample` has it */
  constructor(picture: Size, channels: number, window: SourceWindow, target: Size) {
    this.#channels = channels;
    this.#columns = coverage(picture.width, window.left, window.width / target.width, target.width);
    this.#rows = coverage(picture.height, window.top, window.height / target.height, target.height);
    this.#row = rowSums(picture.width, channels, this.#columns);
    this.#sums = new Float64Array(this.#row.line.length * target.height);
  }

  /** @param row the samples of a row, the channels of each side by side */
  add(row: Uint8Array, y: number): void {
    this.#row.set(row);
    while (this.#from < this.#rows.length && endOf(this.#rows[this.#from]) <= y) this.#from++;
    let isSummed = false;
    for (let to = this.#from; to < this.#rows.length; to++) {
      const { first, weights } = this.#rows[to];
      if (weights.length === 0) continue;
      if (first > y) break;
      if (!isSummed) this.#row.sum();
      isSummed = true;
      const weight = weights[y - first];
      const { line } = this.#row;
      const start = to * line.length;
      for (let at = 0; at < line.length; at++) this.#sums[start + at] += weight * line[at];
    }
  }

  /** The darkest and the lightest luma of the last row, if it is of red, green and blue. */
  lumaRange(): readonly [darkest: number, lightest: number] {
    const [darkest, lightest] = this.#row.lumaRange();
    return [Math.fround(darkest / 1000), Math.fround(lightest / 1000)];
  }

  /** A plane for each channel, one after another. @param outside for each channel, the level outside the picture */
  planes(outside: readonly number[]): Float32Array {
    const channels = this.#channels;
    const width = this.#columns.length;
    const planes = new Float32Array(this.#sums.length);
    for (let at = 0; at < this.#sums.length; at++) {
      const channel = at % channels;
      const sample = (at - channel) / channels;
      const row = this.#rows[Math.floor(sample / width)];
      const share = row.outside + (1 - row.outside) * this.#columns[sample % width].outside;
      planes[channel * (planes.length / channels) + sample] = this.#sums[at] + share * outside[channel];
    }
    return planes;
  }
}

function endOf({ first, weights }: Coverage): number {
  return first + weights.length;
}
