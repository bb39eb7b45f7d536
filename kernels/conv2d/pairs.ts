import type { KernelConstant } from '../node.ts';
import { packWords, type Words } from './words.ts';

/** Sums are int32: they wrap around, and only the last one has to fit. */
const MAX_SUM = 2 ** 31 - 1;
const MAX_INT16 = 2 ** 15 - 1;

/**
 * Kernels O × I × KH × KW as pairs of int16. As many bits are left to the inputs as to the weights: no output's sum leaves int32, whatever
 * the inputs.
 */
export function pairKernels({ shape, values }: KernelConstant, [, ...map]: readonly number[]): Words {
  const [outputs] = shape;
  const roundings = values.length / outputs / 2;
  const { scale, range, integers } = quantiseRows(values, values, outputs, MAX_INT16, roundings);
  return { ...packWords(integers, shape, map, 2), scale, range };
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
