import type { KernelConstant } from '../node.ts';
import { partOf, type Words } from './words.ts';

/** Sums are int32: they wrap around, and only the last one has to fit. */
const MAX_SUM = 2 ** 31 - 1;
const MAX_INT16 = 2 ** 15 - 1;

/**
 * Kernels O × I × KH × KW as pairs of int16 along the channels; along the columns of a single channel. As many bits are left to the
 * inputs as to the weights: no output's sum leaves int32, whatever the inputs.
 */
export function pairKernels({ shape, values }: KernelConstant, [, height, width]: readonly number[]): Words {
  const [outputs, inputs, rows, columns] = shape;
  const inColumns = inputs === 1;
  const taps = inputs * rows * columns;
  const { scale, range, integers } = quantiseRows(values, values, outputs, MAX_INT16, taps / 2);
  const wide = inColumns ? Math.ceil(columns / 2) : columns;
  const pairs = Math.ceil(inputs / 2);
  const words = new Uint32Array(outputs * pairs * rows * wide);
  for (let at = 0; at < integers.length; at++) {
    const [kernel, tap] = [Math.floor(at / (rows * columns)), at % (rows * columns)];
    const [output, input] = [Math.floor(kernel / inputs), kernel % inputs];
    const [row, column] = [Math.floor(tap / columns), tap % columns];
    const across = inColumns ? column >> 1 : column;
    const half = (inColumns ? column : input) & 1;
    words[((output * pairs + (input >> 1)) * rows + row) * wide + across] |= partOf(integers[at], half, 2);
  }
  return {
    maps: [pairs, height, width],
    perWord: 2,
    inColumns,
    weight: { shape: [outputs, pairs, rows, wide], values: words },
    scale,
    range,
  };
}

/**
 * Rows of weights as int16, each with its own scale, and the range of inputs that goes with them. `sums`: the weights whose magnitudes
 * times that range bound a row's sum, beside `roundings`, what the rounding of the weights adds to it in their units.
 */
export function quantiseRows(
  values: ArrayLike<number>,
  sums: ArrayLike<number>,
  rows: number,
  maxRange: number,
  roundings: number,
): { readonly scale: Float32Array; readonly range: number; readonly integers: Int16Array } {
  const [perRow, perSum] = [values.length / rows, sums.length / rows];
  const most = Float64Array.from({ length: rows }, (_, row) => {
    let max = 0;
    for (let at = row * perRow; at < (row + 1) * perRow; at++) max = Math.max(max, Math.abs(values[at]));
    return max;
  });
  const total = Float64Array.from({ length: rows }, (_, row) => {
    let sum = 0;
    for (let at = row * perSum; at < (row + 1) * perSum; at++) sum += Math.abs(sums[at]);
    return sum;
  });
  const steepest = total.reduce((max, sum, row) => Math.max(max, sum && sum / most[row]), 1);
  const range = Math.min(maxRange, Math.floor(Math.sqrt(MAX_SUM / steepest)));
  const room = MAX_SUM / range - roundings;
  // One above: what float32 rounds off the scale stays within the range.
  const scale = Float32Array.from(
    most,
    (max, row) => Math.max(max / (MAX_INT16 - 1), total[row] / (room - 1)) || 1,
  );
  const integers = Int16Array.from(values, (value, at) => Math.round(value / scale[Math.floor(at / perRow)]));
  return { scale, range, integers };
}
