import type { KernelConstant } from '../node.ts';
import { quantiseRows } from './pairs.ts';
import { roundToBytes } from './quads.ts';
import { TILE_MATRICES, type TileSize } from './winograd-matrices.ts';
import { partOf } from './words.ts';

/** Tiles of 2×2 as int16, two channels in a word, and what a unit of each output's stands for; inputs are at most `range`. */
export interface TilePairs {
  readonly words: Uint32Array;
  readonly scale: Float32Array;
  readonly range: number;
}

/** Outputs that the kernel multiplies together. */
export const OUTPUTS = 4;
/** Largest magnitude of inputs as int16: a tile's sums and differences are four times as large. */
const MAX_RANGE = 2 ** 13 - 1;

/** G·g·Gᵀ of kernels O × I × 3 × 3: places × blocks of four outputs × I × 4, zero beyond the last output. */
export function packTiles(
  kernels: Float32Array,
  outputs: number,
  inputs: number,
  tile: TileSize,
): Float32Array {
  const blocks = Math.ceil(outputs / OUTPUTS);
  const places = (tile + 2) ** 2;
  const weights = new Float32Array(places * blocks * inputs * OUTPUTS);
  const transformed = transformKernels(kernels, outputs * inputs, tile);
  for (let kernel = 0; kernel < outputs * inputs; kernel++) {
    const output = Math.floor(kernel / inputs);
    const lane = (Math.floor(output / OUTPUTS) * inputs + (kernel % inputs)) * OUTPUTS + (output % OUTPUTS);
    for (let place = 0; place < places; place++)
      weights[place * blocks * inputs * OUTPUTS + lane] = transformed[places * kernel + place];
  }
  return weights;
}

/**
 * The same as pairs of int16: places × blocks × pairs × 4. A sum is that of the kernel's own taps, whatever
 * happens between, and of a tile's 9 places that make an output, each weight off by half a unit and each input four times as large.
 */
export function packTilePairs(kernels: Float32Array, outputs: number, inputs: number): TilePairs {
  const transformed = transformKernels(kernels, outputs * inputs, 2);
  const roundings = (9 / 2) * 4 * inputs;
  const { scale, range, integers } = quantiseRows(transformed, kernels, outputs, MAX_RANGE, roundings);
  return { words: pairsOf(integers, outputs, inputs), scale, range };
}

/**
 * The same of weights of 8 bits and inputs of 7: no number is rounded on the way, G·g·Gᵀ being in quarters, so that sums are those that
 * bytes have without tiles.
 */
export function packTileBytes(weight: KernelConstant): TilePairs {
  const [outputs, inputs] = weight.shape;
  const { integers, scale, range } = roundToBytes(weight);
  const quarters = transformKernels(integers, outputs * inputs, 2).map((value) => 4 * value);
  return { words: pairsOf(quarters, outputs, inputs), scale: scale.map((unit) => unit / 4), range };
}

function pairsOf(integers: ArrayLike<number>, outputs: number, inputs: number): Uint32Array {
  const blocks = Math.ceil(outputs / OUTPUTS);
  const pairs = Math.ceil(inputs / 2);
  const words = new Uint32Array(16 * blocks * pairs * OUTPUTS);
  for (let kernel = 0; kernel < outputs * inputs; kernel++) {
    const [output, input] = [Math.floor(kernel / inputs), kernel % inputs];
    const lane = (Math.floor(output / OUTPUTS) * pairs + (input >> 1)) * OUTPUTS + (output % OUTPUTS);
    for (let place = 0; place < 16; place++)
      words[place * blocks * pairs * OUTPUTS + lane] |= partOf(integers[16 * kernel + place], input & 1, 2);
  }
  return words;
}

/** G·g·Gᵀ of `count` kernels g of 3 × 3, (tile + 2)² places each. */
export function transformKernels(kernels: ArrayLike<number>, count: number, tile: TileSize): Float64Array {
  const matrix = TILE_MATRICES[tile].kernel;
  const side = tile + 2;
  return Float64Array.from({ length: side * side * count }, (_, at) => {
    const [kernel, place] = [Math.floor(at / (side * side)), at % (side * side)];
    const [vertical, horizontal] = [matrix[Math.floor(place / side)], matrix[place % side]];
    let sum = 0;
    for (let tap = 0; tap < 9; tap++)
      sum += vertical[Math.floor(tap / 3)] * horizontal[tap % 3] * kernels[9 * kernel + tap];
    return sum;
  });
}
