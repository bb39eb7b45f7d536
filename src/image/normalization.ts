import type { ImageInputSpec } from '../format/manifest.ts';

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
  const values = new Float32Array(samples.length);
  for (let index = 0; index < values.length; index++) {
    const sample = inverted ? 255 - samples[index] : samples[index];
    values[index] = (sample / 255 - mean) / std;
  }
  return values;
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
