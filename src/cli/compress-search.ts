import { readdir } from 'node:fs/promises';
import { Calibration } from '../compress/calibration.ts';
import { type CompressResult, compress } from '../compress/compress.ts';
import type { CompressOptions } from '../compress/options.ts';
import { type Attempt, MAX_ATTEMPTS, searchQuality, type Target } from '../compress/search.ts';
import { naming, WjpegError } from '../errors.ts';
import type { InputSpec } from '../format/manifest.ts';
import { readWjz } from '../format/read.ts';
import { writeWjz } from '../format/write.ts';
import type { LabelledPictures } from '../image/labelled-pictures.ts';
import { loadIdxPair } from '../node/mnist.ts';
import { evaluate } from '../runtime/evaluate.ts';
import { pictureInput, pictureValues } from '../runtime/sample-inputs.ts';
import { InferenceSession } from '../runtime/session.ts';
import type { DenseNetwork } from '../weights/dense-network.ts';
import { startPercent } from './progress.ts';

export interface CompressJob {
  readonly network: DenseNetwork;
  readonly options: CompressOptions;
}

export interface Compressed extends Attempt {
  /** Undefined where none was named: tables were then chosen for a bound on the error. */
  readonly quality: number | undefined;
  readonly result: CompressResult;
  readonly file: Uint8Array;
}

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
      size: picture.width * picture.height,
      values: pictureValues(data, 0, used, picture),
    });
  });
}

/** `onProgress`: the part that is done, see `CompressOptions.onProgress`. */
export function compressOnce(
  { network, options }: CompressJob,
  quality: number | undefined,
  onProgress: (part: number) => void = () => {},
): Compressed {
  const result = compress(network, { ...options, ...(quality !== undefined && { quality }), onProgress });
  const file = writeWjz(result.content);
  return { quality, result, file, bytes: file.length, drop: NaN };
}

/** Compresses with a progress bar. */
export function compressShown(job: CompressJob, quality: number | undefined): Compressed {
  const progress = startPercent('compress');
  try {
    return compressOnce(job, quality, progress.advance);
  } finally {
    progress.stop();
  }
}

/** Part of an attempt's time that compressing takes where accuracy is measured, too. */
const COMPRESSING = 0.5;

/** Searches with a progress bar; `measure`: points of accuracy that a file loses, for a target of accuracy. */
export async function searchForTarget(
  job: CompressJob,
  target: Target,
  measure: ((file: Uint8Array, onProgress: (part: number) => void) => Promise<number>) | undefined,
): Promise<Compressed> {
  const progress = startPercent('search');
  let attempts = 0;
  const advance = (part: number): void => progress.advance((attempts + part) / MAX_ATTEMPTS);
  try {
    return await searchQuality(target, async (quality) => {
      const compressing = measure ? COMPRESSING : 1;
      const compressed = compressOnce(job, quality, (part) => advance(compressing * part));
      const drop = measure
        ? await measure(compressed.file, (part) => advance(compressing + (1 - compressing) * part))
        : NaN;
      attempts++;
      advance(0);
      return { ...compressed, drop };
    });
  } finally {
    progress.stop();
  }
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
  return names.some((name) => name.startsWith('t10k-images-idx3-ubyte'));
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

/** Accuracy of a `.wjz` file, 0…1. `onProgress`: the part that is done. */
export async function fileAccuracy(
  file: Uint8Array,
  { pictures }: Validation,
  onProgress: (part: number) => void = () => {},
): Promise<number> {
  const { count } = pictures;
  const session = await InferenceSession.fromFile(readWjz(file));
  try {
    const { correct } = await evaluate(session, pictures, count, (done) => onProgress(done / count));
    return correct / count;
  } finally {
    session.dispose();
  }
}

/** The same with a progress bar. */
export async function fileAccuracyShown(file: Uint8Array, validation: Validation): Promise<number> {
  const progress = startPercent('accuracy');
  try {
    return await fileAccuracy(file, validation, progress.advance);
  } finally {
    progress.stop();
  }
}

/** Accuracy of the original, 0…1: stored as float32 and nothing else. */
export async function originalAccuracy(
  { network, options }: CompressJob,
  validation: Validation,
): Promise<number> {
  const plain = { input: options.input, quality: 100, layers: [], rest: 'F32' } as const;
  return fileAccuracyShown(writeWjz(compress(network, plain).content), validation);
}

function heldOut({ count, width, height, pictures, labels }: LabelledPictures): LabelledPictures {
  const first = Math.max(0, count - HELD_OUT);
  return {
    count: count - first,
    width,
    height,
    pictures: pictures.subarray(first * width * height),
    labels: labels.subarray(first),
  };
}
