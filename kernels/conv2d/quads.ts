import type { KernelConstant } from '../node.ts';
import { type PerWord, partOf, type Words } from './words.ts';

/** Largest magnitude of a weight, and of an input, which has no sign: relaxed SIMD has the same products of these on all engines. */
const MAX = 127;
/** Inputs per output whose sum cannot leave int32, times 4 as in tiles either. */
export const MAX_TAPS = Math.floor((2 ** 31 - 1) / (4 * MAX * MAX));
/** Channels from which a word is full. */
export const MIN_CHANNELS = 4;

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
 * Kernels O × I × KH × KW as bytes for inputs that are not negative, four channels in a word. In words of two the same integers are
 * multiplied as int16, for engines without relaxed SIMD: their sums, and hence the answers, are the same to the bit.
 */
export function byteKernels(
  weight: KernelConstant,
  [, height, width]: readonly number[],
  perWord: PerWord,
): Words {
  const [outputs, inputs, rows, columns] = weight.shape;
  const [taps, window] = [inputs * rows * columns, rows * columns];
  const { integers, scale, range } = roundToBytes(weight);
  const maps = Math.ceil(inputs / perWord);
  const words = new Uint32Array(outputs * maps * window);
  integers.forEach((value, at) => {
    const [output, input, place] = [Math.floor(at / taps), Math.floor(at / window) % inputs, at % window];
    const word = (output * maps + Math.floor(input / perWord)) * window + place;
    words[word] |= partOf(value, input % perWord, perWord);
  });
  return {
    perWord,
    maps: [maps, height, width],
    inColumns: false,
    weight: { shape: [outputs, maps, rows, columns], values: words },
    scale,
    range,
  };
}
