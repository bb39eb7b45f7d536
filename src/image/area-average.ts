import { type Coverage, coverage, type SourceWindow } from './resample.ts';

/** Samples at a size, with what of each lies outside the picture. */
export interface AverageTarget {
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
  /** A row of the target, the channels of a sample side by side. */
  readonly #line: Float64Array;
  readonly #sums: Float64Array;
  /** The first row of the target that the next row may be part of. */
  #from = 0;

  /** @param window of the picture, as `resample` has it */
  constructor(picture: AverageTarget, channels: number, window: SourceWindow, target: AverageTarget) {
    this.#channels = channels;
    this.#columns = coverage(picture.width, window.left, window.width / target.width, target.width);
    this.#rows = coverage(picture.height, window.top, window.height / target.height, target.height);
    this.#line = new Float64Array(target.width * channels);
    this.#sums = new Float64Array(this.#line.length * target.height);
  }

  /** @param row the samples of a row, the channels of each side by side */
  add(row: Uint8Array, y: number): void {
    while (this.#from < this.#rows.length && endOf(this.#rows[this.#from]) <= y) this.#from++;
    let isSummed = false;
    for (let to = this.#from; to < this.#rows.length; to++) {
      const { first, weights } = this.#rows[to];
      if (weights.length === 0) continue;
      if (first > y) break;
      if (!isSummed) this.#sumColumns(row);
      isSummed = true;
      const weight = weights[y - first];
      const start = to * this.#line.length;
      for (let at = 0; at < this.#line.length; at++) this.#sums[start + at] += weight * this.#line[at];
    }
  }

  #sumColumns(row: Uint8Array): void {
    const channels = this.#channels;
    const line = this.#line;
    this.#columns.forEach(({ first, weights }, column) => {
      const last = weights.length - 1;
      const to = column * channels;
      for (let channel = 0; channel < channels; channel++) {
        if (last < 0) {
          line[to + channel] = 0;
          continue;
        }
        // All but the first and the last count whole, and alike.
        let inner = 0;
        const start = first * channels + channel;
        const end = start + last * channels;
        for (let at = start + channels; at < end; at += channels) inner += row[at];
        const edges = weights[0] * row[start] + (last > 0 ? weights[last] * row[end] : 0);
        line[to + channel] = edges + (last > 1 ? weights[1] * inner : 0);
      }
    });
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
