import type { Conv2dAttributes } from '../../../kernels/conv2d/attributes.ts';
import { TILE_MATRICES, type TileSize } from '../../../kernels/conv2d/winograd-matrices.ts';
import { transformKernels } from '../../../kernels/conv2d/winograd-weights.ts';
import type { KernelNode } from '../../../kernels/node.ts';
import { ROUNDING_VARIANCE } from '../rounding-errors.ts';

/** Roundings of a product at a place: its weight, itself. */
const PRODUCT_ROUNDINGS = 2;

/**
 * Variance of the rounding error of a convolution in tiles F(m×m, 3×3), for one image. At a place, V = (Bᵀ·d·B) and M = Σ ĝ·V over the
 * C channels: partial sums are at most Σ|ĝ·V|, with C roundings and those of the products; V itself is off by those of two transforms, each
 * at most as large as with magnitudes throughout. An output is Aᵀ·M·A and its bias: two transforms more.
 */
export function winogradVariance(
  {
    inputs: [[channels, height, width]],
    outputs: [[outputs, rows, columns]],
    attributes,
    constants,
  }: KernelNode<Conv2dAttributes>,
  input: Float64Array,
  tile: TileSize,
): Float64Array {
  const { weight, bias } = constants;
  const [top, left] = attributes.pads;
  const side = tile + 2;
  const places = side * side;
  const { input: before, output: after } = TILE_MATRICES[tile];
  const kernels = transformKernels(weight.values, outputs * channels, tile);
  const variance = new Float64Array(outputs * rows * columns);
  const patch = new Float64Array(places);
  const transformed = new Float64Array(channels * places);
  const magnitudes = new Float64Array(channels * places);
  const [sums, partial, errors] = [0, 0, 0].map(() => new Float64Array(places));
  const perInput = 2 * roundingsOf(before);
  const perOutput = roundingsOf(after);
  for (let y = 0; y < rows; y += tile) {
    for (let x = 0; x < columns; x += tile) {
      for (let channel = 0; channel < channels; channel++) {
        for (let at = 0; at < places; at++) {
          const [row, column] = [y - top + Math.floor(at / side), x - left + (at % side)];
          const isInside = row >= 0 && row < height && column >= 0 && column < width;
          patch[at] = isInside ? input[(channel * height + row) * width + column] : 0;
        }
        transformed.set(bothWays(before, patch), channel * places);
        magnitudes.set(bothWays(absolute(before), patch.map(Math.abs)), channel * places);
      }
      for (let output = 0; output < outputs; output++) {
        for (const array of [sums, partial, errors]) array.fill(0);
        for (let channel = 0; channel < channels; channel++) {
          const kernel = places * (output * channels + channel);
          for (let at = 0; at < places; at++) {
            const product = kernels[kernel + at] * transformed[channel * places + at];
            sums[at] += product;
            partial[at] += Math.abs(product);
            errors[at] += perInput * (kernels[kernel + at] * magnitudes[channel * places + at]) ** 2;
          }
        }
        const ofPlaces = errors.map((error, at) => error + (channels + PRODUCT_ROUNDINGS) * partial[at] ** 2);
        const sizes = sums.map(Math.abs);
        const halfway = times(absolute(after), sizes, side);
        // Variances go through a transform with the squares of its numbers.
        const fromPlaces = bothWays(squares(after), ofPlaces);
        const fromRows = times(
          squares(after),
          turned(
            halfway.map((size) => size ** 2),
            side,
          ),
          tile,
        );
        const total = bothWays(absolute(after), sizes);
        const added = Math.abs(bias?.values[output] ?? 0);
        for (let at = 0; at < tile * tile; at++) {
          const [down, across] = [Math.floor(at / tile), at % tile];
          variance[(output * rows + y + down) * columns + x + across] =
            ROUNDING_VARIANCE *
            (fromPlaces[at] +
              perOutput * fromRows[across * tile + down] +
              (perOutput + 1) * (total[at] + added) ** 2);
        }
      }
    }
  }
  return variance;
}

/** Most roundings of a row: an addition for each term but the first, and a product for each that is not ±1. */
function roundingsOf(matrix: readonly (readonly number[])[]): number {
  return matrix.reduce((most, row) => {
    const terms = row.filter((value) => value !== 0);
    return Math.max(most, terms.length - 1 + terms.filter((value) => Math.abs(value) !== 1).length);
  }, 0);
}

function absolute(matrix: readonly (readonly number[])[]): number[][] {
  return matrix.map((row) => row.map(Math.abs));
}

function squares(matrix: readonly (readonly number[])[]): number[][] {
  return matrix.map((row) => row.map((value) => value ** 2));
}

/** M·d of a matrix d with so many columns. */
function times(matrix: readonly (readonly number[])[], d: Float64Array, columns: number): Float64Array {
  return Float64Array.from({ length: matrix.length * columns }, (_, at) =>
    matrix[Math.floor(at / columns)].reduce(
      (sum, value, k) => sum + value * d[k * columns + (at % columns)],
      0,
    ),
  );
}

/** The transposed matrix of `d`, which has so many columns. */
function turned(d: Float64Array, columns: number): Float64Array {
  const rows = d.length / columns;
  return d.map((_, at) => d[(at % rows) * columns + Math.floor(at / rows)]);
}

/** M·d·Mᵀ. */
function bothWays(matrix: readonly (readonly number[])[], d: Float64Array): Float64Array {
  const side = matrix[0].length;
  const half = turned(times(matrix, d, side), side);
  return turned(times(matrix, half, matrix.length), matrix.length);
}
