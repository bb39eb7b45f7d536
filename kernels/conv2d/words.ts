import type { GraphKernels } from '../graph-wasm/binding.ts';
import { elementCount } from '../node.ts';

/** Maps whose largest magnitude is below it become zeros: their factor would leave float32. */
const SMALLEST = 2 ** -100;

/** Elements of 4 bytes: floats, or words of integers. */
export interface Elements {
  readonly shape: readonly number[];
  readonly values: Float32Array | Uint32Array;
}

/** How many integers are multiplied at once: two int16, or four of a byte. */
export type PerWord = 2 | 4;

/** How a convolution is multiplied in words of integers. */
export interface Words {
  readonly perWord: PerWord;
  /** Shape of the maps that are multiplied, as many channels in each, or one with its neighbours to the right. */
  readonly maps: readonly number[];
  readonly inColumns: boolean;
  /** Kernels of those maps, and what a unit of each output's stands for. */
  readonly weight: Elements;
  readonly scale: Float32Array;
  /** Largest magnitude of an input. */
  readonly range: number;
}

/**
 * Kernels O × I × KH × KW of integers as words along the channels; along the columns of a single channel. `inputs`: rows and columns of the
 * maps.
 */
export function packWords(
  integers: ArrayLike<number>,
  [outputs, channels, rows, columns]: readonly number[],
  [height, width]: readonly number[],
  perWord: PerWord,
): Pick<Words, 'perWord' | 'maps' | 'inColumns' | 'weight'> {
  const inColumns = channels === 1;
  const maps = Math.ceil(channels / perWord);
  const wide = inColumns ? Math.ceil(columns / perWord) : columns;
  const values = new Uint32Array(outputs * maps * rows * wide);
  for (let at = 0; at < integers.length; at++) {
    const column = at % columns;
    const row = Math.floor(at / columns) % rows;
    const channel = Math.floor(at / (columns * rows)) % channels;
    const output = Math.floor(at / (columns * rows * channels));
    const [along, across] = inColumns ? [column, Math.floor(column / perWord)] : [channel, column];
    const word = ((output * maps + Math.floor(channel / perWord)) * rows + row) * wide + across;
    values[word] |= partOf(integers[at], along % perWord, perWord);
  }
  return {
    perWord,
    maps: [maps, height, width],
    inColumns,
    weight: { shape: [outputs, maps, rows, wide], values },
  };
}

/** An integer as one of the parts of a word, the lowest first. */
export function partOf(value: number, part: number, perWord: PerWord): number {
  const bits = 32 / perWord;
  return (value & (2 ** bits - 1)) << (bits * part);
}

/** Bytes of maps of words, with what is written beyond them. */
export function bytesOfWords(maps: readonly number[]): number {
  return 4 * elementCount(maps) + 16;
}

/** Makes maps C × H × W at `from` words at `to`; returns what a unit of them stands for. */
export function quantiseMaps(
  { largestMagnitude, quantisePairs, quantiseQuads }: GraphKernels,
  [channels, height, width]: readonly number[],
  { range, perWord }: Pick<Words, 'range' | 'perWord'>,
  from: number,
  to: number,
): number {
  const most = largestMagnitude(from, channels * height * width);
  const unit = most < SMALLEST ? 0 : most / range;
  const quantise = perWord === 4 ? quantiseQuads : quantisePairs;
  quantise(from, to, channels, height * width, unit && range / most);
  return unit;
}
