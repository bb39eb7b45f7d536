import { readdir } from 'node:fs/promises';
import { Calibration } from '../compress/calibration.ts';
import { naming, WjpegError } from '../errors.ts';
import { type InputSpec, inputLength } from '../format/manifest.ts';
import type { LabelledPictures } from '../image/labelled-pictures.ts';
import { pictureInput, pictureValues } from '../runtime/sample-inputs.ts';
import { loadIdxPair } from './mnist.ts';

/** Training pictures at the end of the set that serve to measure and never to calibrate. */
const HELD_OUT = 5000;

/** The first `count` training pictures of a folder, none of those that are held out. */
export async function loadCalibration(folder: string, input: InputSpec, count: number): Promise<Calibration> {
  const data = await loadIdxPair(folder, 'train');
  return naming(folder, () => {
    const picture = pictureInput(input, data);
    const max = data.count - HELD_OUT;
    if (max < 1) {
      throw new WjpegError(
        'misuse',
        'CALIBRATION_SIZE',
        `${data.count} training pictures, expected more than the ${HELD_OUT} that are held out`,
      );
    }
    const used = Math.min(count, max);
    return new Calibration({
      count: used,
      size: inputLength(picture),
      values: pictureValues(data, 0, used, picture),
    });
  });
}

/** Labelled pictures that tell how good a network is. */
export interface Validation {
  readonly pictures: LabelledPictures;
  /** Which pictures they are, for people. */
  readonly description: string;
  /** Whether a network that somebody else trained may have learnt from them. */
  readonly maybeSeen: boolean;
}

/** The test pictures of a folder that was named for it, or, where it has none, all its training pictures. */
export async function loadValidation(folder: string, input: InputSpec): Promise<Validation> {
  const subset = (await hasTestPictures(folder)) ? 't10k' : 'train';
  const pictures = await loadIdxPair(folder, subset);
  naming(folder, () => pictureInput(input, pictures));
  const description = `${pictures.count} ${subset === 't10k' ? 'test' : 'training'} pictures of ${folder}`;
  return { pictures, description, maybeSeen: false };
}

async function hasTestPictures(folder: string): Promise<boolean> {
  const names = await readdir(folder).catch(() => []);
  return names.some((name) => /^t10k-images-idx[34]-ubyte/.test(name));
}

/** The last training pictures of a folder, which calibration never uses. */
export async function loadHeldOut(folder: string, input: InputSpec): Promise<Validation> {
  const pictures = heldOut(await loadIdxPair(folder, 'train'));
  naming(folder, () => pictureInput(input, pictures));
  return {
    pictures,
    description: `the last ${pictures.count} training pictures of ${folder}`,
    maybeSeen: true,
  };
}

function heldOut(all: LabelledPictures): LabelledPictures {
  const { count, width, height, channels = 1, pictures, labels } = all;
  const first = Math.max(0, count - HELD_OUT);
  return {
    ...all,
    count: count - first,
    pictures: pictures.subarray(first * channels * width * height),
    labels: labels.subarray(first),
  };
}
