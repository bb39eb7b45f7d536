import type { Conv2dAttributes } from '../../../kernels/conv2d/attributes.ts';
import { transformKernels } from '../../../kernels/conv2d/winograd.ts';
import type { KernelNode } from '../../../kernels/node.ts';
import { ROUNDING_VARIANCE } from '../rounding-errors.ts';

/** Rows of Bᵀ: which two elements of four are added or subtracted. */
const PAIRS = [
  [0, 2],
  [1, 2],
  [1, 2],
  [1, 3],
] as const;
/** Rows of Aᵀ: which places make the even and the odd output. */
const PLACES = [
  [0, 1, 2],
  [1, 2, 3],
] as const;

/** Roundings of a product at a place, besides that of each addition over channels: its weight, its tile (2), itself. */
const PRODUCT_ROUNDINGS = 4;

/**
 * Variance of the rounding error of a convolution in tiles F(2×2, 3×3), for one image: at each of the 16 places a sum over the C
 * channels whose partial sums are at most a = Σ|ĝ|·(|Bᵀ|·|d|·|B|), with C + 4 roundings; then each output is the sum of 9
 * places and its bias: two roundings of each of three partial sums, and three of their sum.
 */
export function winogradVariance(
  {
    inputs: [[channels, height, width]],
    outputs: [[outputs, rows, columns]],
    attributes,
    constants,
  }: KernelNode<Conv2dAttributes>,
  input: Float64Array,
): Float64Array {
  const { weight, bias } = constants;
  const [top, left] = attributes.pads;
  const kernels = transformKernels(weight.values, outputs * channels).map(Math.abs);
  const variance = new Float64Array(outputs * rows * columns);
  const tile = new Float64Array(16);
  const transformed = new Float64Array(channels * 16);
  const places = new Float64Array(16);
  for (let y = 0; y < rows; y += 2) {
    for (let x = 0; x < columns; x += 2) {
      for (let channel = 0; channel < channels; channel++) {
        for (let at = 0; at < 16; at++) {
          const [row, column] = [y - top + (at >> 2), x - left + (at & 3)];
          const isInside = row >= 0 && row < height && column >= 0 && column < width;
          tile[at] = isInside ? Math.abs(input[(channel * height + row) * width + column]) : 0;
        }
        for (let at = 0; at < 16; at++) {
          const [[a, b], [c, d]] = [PAIRS[at >> 2], PAIRS[at & 3]];
          transformed[channel * 16 + at] =
            tile[4 * a + c] + tile[4 * a + d] + tile[4 * b + c] + tile[4 * b + d];
        }
      }
      for (let output = 0; output < outputs; output++) {
        places.fill(0);
        for (let channel = 0; channel < channels; channel++) {
          const kernel = 16 * (output * channels + channel);
          for (let at = 0; at < 16; at++) places[at] += kernels[kernel + at] * transformed[channel * 16 + at];
        }
        for (const [down, vertical] of PLACES.entries()) {
          for (const [across, horizontal] of PLACES.entries()) {
            let [squares, partial, total] = [0, 0, Math.abs(bias?.values[output] ?? 0)];
            for (const row of vertical) {
              let sum = 0;
              for (const column of horizontal) {
                squares += places[4 * row + column] ** 2;
                sum += places[4 * row + column];
              }
              partial += 2 * sum ** 2;
              total += sum;
            }
            variance[(output * rows + y + down) * columns + x + across] =
              ROUNDING_VARIANCE * ((channels + PRODUCT_ROUNDINGS) * squares + partial + 3 * total ** 2);
          }
        }
      }
    }
  }
  return variance;
}
