import type { LabelledPictures } from '../image/labelled-pictures.ts';
import type { ChannelNormalization } from './options.ts';

/** Digits of means and deviations: enough, and few bytes in the manifest. */
const DIGITS = 3;

/** Colours are normalised by the training pictures' mean and deviation per channel, grey samples are 0…1 as they are. */
export function channelNormalization(data: LabelledPictures, count: number): ChannelNormalization {
  const { channels = 1, width, height, pictures } = data;
  if (channels === 1) return { mean: [0], std: [1] };
  const area = width * height;
  const moments = Array.from({ length: channels }, (_, channel) => {
    let [sum, squares] = [0, 0];
    for (let i = 0; i < count; i++) {
      const from = (i * channels + channel) * area;
      for (let at = from; at < from + area; at++) {
        sum += pictures[at];
        squares += pictures[at] ** 2;
      }
    }
    const mean = sum / (count * area);
    return { mean: mean / 255, std: Math.sqrt(squares / (count * area) - mean ** 2) / 255 };
  });
  const round = (value: number): number => Number(value.toFixed(DIGITS));
  return {
    mean: moments.map(({ mean }) => round(mean)),
    // Pictures of one colour have no deviation.
    std: moments.map(({ std }) => round(std) || 1),
  };
}
