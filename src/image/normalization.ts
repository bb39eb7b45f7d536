import type { ImageInputSpec } from '../format/manifest.ts';

/** The mean or standard deviation of a channel. */
export function ofChannel(value: number | readonly number[], channel: number): number {
  return typeof value === 'number' ? value : value[channel];
}

/**
 * Samples 0…255 as a network takes them, channel after channel: (sample ÷ 255 − mean) ÷ std, of 255 − sample if
 * `inverted`. Any number of pictures at once.
 *
 * @param samples pictures of `planes` planes of the network's width × height; grey ones (1) are repeated in each channel
 */
export function normalizeSamples(
  samples: ArrayLike<number>,
  { width, height, channels, mean, std }: Omit<ImageInputSpec, 'preprocessing'>,
  inverted: boolean = false,
  planes: 1 | 3 = 1,
): Float32Array {
  const area = width * height;
  const values = new Float32Array((samples.length / planes) * channels);
  for (let start = 0, plane = 0; start < values.length; start += area, plane++) {
    const channel = plane % channels;
    const picture = (plane - channel) / channels;
    const source = (picture * planes + (planes === 1 ? 0 : channel)) * area;
    const [shift, scale] = [ofChannel(mean, channel), ofChannel(std, channel)];
    for (let index = 0; index < area; index++) {
      const sample = inverted ? 255 - samples[source + index] : samples[source + index];
      values[start + index] = (sample / 255 - shift) / scale;
    }
  }
  return values;
}

/** The same as a linear map of a channel's sample, factor·sample + addend, to be applied to coefficients. */
export function linearNormalization(
  spec: Pick<ImageInputSpec, 'mean' | 'std'>,
  inverted: boolean,
  channel: number = 0,
): { readonly factor: number; readonly addend: number } {
  const [mean, std] = [ofChannel(spec.mean, channel), ofChannel(spec.std, channel)];
  return inverted
    ? { factor: -1 / (255 * std), addend: (1 - mean) / std }
    : { factor: 1 / (255 * std), addend: -mean / std };
}
