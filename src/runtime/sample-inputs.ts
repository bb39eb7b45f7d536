import { WjpegError } from '../errors.ts';
import { type ImageInputSpec, type InputSpec, inputLength } from '../format/manifest.ts';
import type { LabelledPictures } from '../image/labelled-pictures.ts';
import { normalizeSamples, ofChannel } from '../image/normalization.ts';
import { mulberry32 } from '../random.ts';

/**
 * Inputs to check or time a model with: the first `count` pictures of a data set, or, without one, noise that is the
 * same on every run.
 */
export function evaluationInputs(input: InputSpec, count: number, data?: LabelledPictures): Float32Array[] {
  if (!data) return noise(input, count);
  const picture = pictureInput(input, data);
  return Array.from({ length: Math.min(count, data.count) }, (_, index) =>
    pictureValues(data, index, 1, picture),
  );
}

function noise(input: InputSpec, count: number): Float32Array[] {
  const length = inputLength(input);
  const random = mulberry32(1);
  const valueAt = (at: number): number => {
    if (input.kind !== 'image') return random() * 2 - 1;
    const channel = Math.floor(at / (input.width * input.height));
    return (random() - ofChannel(input.mean, channel)) / ofChannel(input.std, channel);
  };
  return Array.from({ length: count }, () => Float32Array.from({ length }, (_, at) => valueAt(at)));
}

/** What a model takes, where that is pictures of the size of a data set's; else `DATA_SIZE`. */
export function pictureInput(input: InputSpec, data: LabelledPictures): ImageInputSpec {
  const { width, height, channels = 1 } = data;
  // Grey pictures are repeated in each channel.
  const fits = input.kind === 'image' && input.width === width && input.height === height;
  if (fits && (channels === 1 || input.channels === channels)) return input;
  const colour = (count: number): string => (count === 3 ? 'colour ' : '');
  const wanted =
    input.kind === 'image'
      ? `${fits ? 'grey ' : colour(input.channels)}${input.width}×${input.height} pictures`
      : 'a vector, not pictures';
  throw new WjpegError(
    'misuse',
    'DATA_SIZE',
    `${colour(channels)}pictures of ${width}×${height}, but the model takes ${wanted}`,
  );
}

/** `count` pictures from `first` on, as the network takes them: count × I values. */
export function pictureValues(
  data: LabelledPictures,
  first: number,
  count: number,
  input: ImageInputSpec,
): Float32Array {
  const { channels = 1 } = data;
  const size = channels * data.width * data.height;
  return normalizeSamples(
    data.pictures.subarray(first * size, (first + count) * size),
    input,
    false,
    channels,
  );
}
