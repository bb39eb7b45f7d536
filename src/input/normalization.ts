import type { ImageInputSpec } from '../wjz/manifest.ts';

type Statistics = Pick<ImageInputSpec, 'mean' | 'std'>;

/**
 * Samples 0…255 as a network takes them: (sample ÷ 255 − mean) ÷ std, of 255 − sample if `inverted`.
 * Any number of pictures at once.
 */
export function normalizeSamples(
  samples: ArrayLike<number>,
  { mean, std }: Statistics,
  inverted: boolean = false,
): Float32Array {
  return Float32Array.from(
    { length: samples.length },
    (_, index) => ((inverted ? 255 - samples[index] : samples[index]) / 255 - mean) / std,
  );
}

/** The same as a linear map of the sample, factor·sample + addend, to be applied to coefficients. */
export function linearNormalization(
  { mean, std }: Statistics,
  inverted: boolean,
): { readonly factor: number; readonly addend: number } {
  return inverted
    ? { factor: -1 / (255 * std), addend: (1 - mean) / std }
    : { factor: 1 / (255 * std), addend: -mean / std };
}
