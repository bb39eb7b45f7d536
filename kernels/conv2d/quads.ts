import type { KernelConstant } from '../node.ts';
import { type PerWord, packWords, type Words } from './words.ts';

/** Largest magnitude of a weight, and of an input, which has no sign: relaxed SIMD has the same products of these on all engines. */
const MAX = 127;
/** Inputs per output whose sum cannot leave int32, times 4 as in tiles either. */
export const MAX_TAPS = Math.floor((2 ** 31 - 1) / (4 * MAX * MAX));
/** Kernels as integers of 8 bits, and what a unit of each output's stands for. */
export function roundToBytes({ shape: [outputs], values }: KernelConstant): {
  readonly integers: Int8Array;
  readonly scale: Float32Array;
  readonly range: number;
} {
  const taps = values.length / outputs;
  const scale = Float32Array.from({ length: outputs }, (_, output) => {
    let most = 0;
    for (let at = output * taps; at < (output + 1) * taps; at++) most = Math.max(most, Math.abs(values[at]));
    return most / MAX || 1;
  });
  const integers = Int8Array.from(values, (value, at) =>
    Math.max(-MAX, Math.min(MAX, Math.round(value / scale[Math.floor(at / taps)]))),
  );
  return { integers, scale, range: MAX };
}

/**
 * Kernels O × I × KH × KW as bytes for inputs that are not negative, four in a word. In words of two the same integers are multiplied as
 * int16, for engines without relaxed SIMD: their sums, and hence the answers, are the same to the bit.
 */
export function byteKernels(weight: KernelConstant, [, ...map]: readonly number[], perWord: PerWord): Words {
  const { integers, scale, range } = roundToBytes(weight);
  return { ...packWords(integers, weight.shape, map, perWord), scale, range };
}
