import type { LabelledPictures } from './labelled-pictures.ts';
import { isPlaced } from './placed.ts';
import { profileOf } from './profile.ts';

/** Pictures looked at, from the start of a data set, and how many of them must lie as `center-of-mass` would put them. */
const SAMPLE = 1000;
const SHARE = 0.9;

/**
 * How the pictures of a data set were brought to their size, as far as they tell: `center-of-mass` if nine in ten of the
 * first thousand lie as MNIST's do, undefined otherwise. A network that learnt from such pictures expects others to be
 * cropped and centred alike.
 *
 * @param pictures grey pictures of one size
 * @param background their background
 */
export function detectFit(
  pictures: LabelledPictures,
  background: 'dark' | 'light',
): 'center-of-mass' | undefined {
  const { width, height } = pictures;
  const count = Math.min(SAMPLE, pictures.count);
  let placed = 0;
  for (let i = 0; i < count; i++) {
    const samples = Float32Array.from(
      pictures.pictures.subarray(i * width * height, (i + 1) * width * height),
    );
    if (isPlaced(profileOf({ width, height, samples }), background)) placed++;
  }
  return placed >= SHARE * count ? 'center-of-mass' : undefined;
}
