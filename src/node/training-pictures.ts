import { readdir } from 'node:fs/promises';
import { Calibration } from '../compress/calibration.ts';
import { naming, WjpegError } from '../errors.ts';
import { inputLength } from '../format/manifest.ts';
import { type LabelledPictures, lastPictures } from '../image/labelled-pictures.ts';
import { pictureInput, pictureValues } from '../runtime/sample-inputs.ts';
import { loadIdxPair } from './mnist.ts';
import { type FolderPart, loadForModel, type ModelOfPictures } from './picture-folder/for-model.ts';
import { isPictureFolder } from './picture-folder/sniff.ts';

/** Training pictures at the end of a set of IDX files that serve to measure and never to calibrate. */
const HELD_OUT = 5000;

/** Loads pictures from folders of PNG and JPEG files: a program shows its progress and what was skipped. */
export type FolderLoader = (
  folder: string,
  model: ModelOfPictures,
  part: FolderPart,
) => Promise<LabelledPictures>;

const silently: FolderLoader = async (folder, model, part) =>
  (await loadForModel(folder, model, part)).pictures;

/** The first `count` training pictures of a folder, none of those that are held out. */
export async function loadCalibration(
  folder: string,
  { input }: ModelOfPictures,
  count: number,
  load: FolderLoader = silently,
): Promise<Calibration> {
  if (await isPictureFolder(folder)) {
    // Labels do not matter.
    const data = await load(folder, { input }, { part: 'training', max: count });
    return naming(folder, () => calibrationOf(data, input, data.count));
  }
  const data = await loadIdxPair(folder, 'train');
  return naming(folder, () => {
    pictureInput(input, data);
    const max = data.count - HELD_OUT;
    if (max < 1) {
      throw new WjpegError(
        'misuse',
        'CALIBRATION_SIZE',
        `${data.count} training pictures, expected more than the ${HELD_OUT} that are held out`,
      );
    }
    return calibrationOf(data, input, Math.min(count, max));
  });
}

function calibrationOf(data: LabelledPictures, input: ModelOfPictures['input'], count: number): Calibration {
  const picture = pictureInput(input, data);
  return new Calibration({
    count,
    size: inputLength(picture),
    values: pictureValues(data, 0, count, picture),
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

/**
 * The test pictures of a folder that was named for it, or, where it has none, all its training pictures; of a folder of PNG and
 * JPEG files those of `test` or `validation`, or all.
 */
export async function loadValidation(
  folder: string,
  model: ModelOfPictures,
  load: FolderLoader = silently,
): Promise<Validation> {
  if (await isPictureFolder(folder)) {
    const pictures = await load(folder, model, { part: 'test' });
    return { pictures, description: `${pictures.count} pictures of ${folder}`, maybeSeen: false };
  }
  const subset = (await hasTestPictures(folder)) ? 't10k' : 'train';
  const pictures = await loadIdxPair(folder, subset);
  naming(folder, () => pictureInput(model.input, pictures));
  const description = `${pictures.count} ${subset === 't10k' ? 'test' : 'training'} pictures of ${folder}`;
  return { pictures, description, maybeSeen: false };
}

async function hasTestPictures(folder: string): Promise<boolean> {
  const names = await readdir(folder).catch(() => []);
  return names.some((name) => /^t10k-images-idx[34]-ubyte/.test(name));
}

/** The training pictures of a folder that calibration never uses: the last ones, or those that `wjpeg train` holds out. */
export async function loadHeldOut(
  folder: string,
  model: ModelOfPictures,
  load: FolderLoader = silently,
): Promise<Validation> {
  if (await isPictureFolder(folder)) {
    const pictures = await load(folder, model, { part: 'held out' });
    const description = `the ${pictures.count} held-out pictures of ${folder}`;
    return { pictures, description, maybeSeen: true };
  }
  const pictures = lastPictures(await loadIdxPair(folder, 'train'), HELD_OUT);
  naming(folder, () => pictureInput(model.input, pictures));
  return {
    pictures,
    description: `the last ${pictures.count} training pictures of ${folder}`,
    maybeSeen: true,
  };
}
