import { Calibration } from '../compress/calibration.ts';
import { type CompressResult, compress } from '../compress/compress.ts';
import type { CompressOptions } from '../compress/options.ts';
import { type Attempt, MOST_ATTEMPTS, searchQuality, type Target } from '../compress/search.ts';
import { evaluate } from '../engine/evaluate.ts';
import { pictureInput, pictureValues } from '../engine/sample-inputs.ts';
import { InferenceSession } from '../engine/session.ts';
import { naming, WjpegError } from '../errors.ts';
import type { LabelledPictures } from '../input/labelled-pictures.ts';
import type { DenseNetwork } from '../model/dense-network.ts';
import { loadIdxPair } from '../node/mnist.ts';
import type { InputSpec } from '../wjz/manifest.ts';
import { readWjz } from '../wjz/read.ts';
import { writeWjz } from '../wjz/write.ts';
import { startProgress } from './progress.ts';

export interface CompressJob {
  readonly network: DenseNetwork;
  readonly options: CompressOptions;
}

export interface Compressed extends Attempt {
  readonly quality: number;
  readonly result: CompressResult;
  readonly file: Uint8Array;
}

/** Training pictures at the end of the set that serve to measure and never to calibrate. */
const HELD_OUT = 5000;

/** Points of accuracy that a file loses against the original network. */
export type MeasureDrop = (file: Uint8Array) => Promise<number>;

/** The first `count` training pictures of a folder, none of those that are held out. */
export async function loadCalibration(folder: string, input: InputSpec, count: number): Promise<Calibration> {
  const data = await loadIdxPair(folder, 'train');
  return naming(folder, () => {
    const picture = pictureInput(input, data);
    const most = data.count - HELD_OUT;
    if (most < 1) {
      throw new WjpegError(
        'misuse',
        'CALIBRATION_SIZE',
        `${data.count} training pictures, expected more than the ${HELD_OUT} that are held out`,
      );
    }
    const used = Math.min(count, most);
    return new Calibration({
      count: used,
      size: picture.width * picture.height,
      values: pictureValues(data, 0, used, picture),
    });
  });
}

export function compressOnce({ network, options }: CompressJob, quality: number): Compressed {
  const result = compress(network, { ...options, quality });
  const file = writeWjz(result.content);
  return { quality, result, file, bytes: file.length, drop: NaN };
}

/** Searches with a progress bar; `measure` is needed for a target of accuracy. */
export async function searchForTarget(
  job: CompressJob,
  target: Target,
  measure: MeasureDrop | undefined,
): Promise<Compressed> {
  const progress = startProgress('search', MOST_ATTEMPTS);
  let attempts = 0;
  try {
    return await searchQuality(target, async (quality) => {
      const compressed = compressOnce(job, quality);
      const drop = measure ? await measure(compressed.file) : NaN;
      progress.advance(++attempts);
      return { ...compressed, drop };
    });
  } finally {
    progress.stop();
  }
}

/** Accuracy of the original on held-out training pictures, and how much a file loses of it. */
export async function accuracyDrop(
  network: DenseNetwork,
  folder: string,
  input: InputSpec,
): Promise<MeasureDrop> {
  const held = heldOut(await loadIdxPair(folder, 'train'));
  naming(folder, () => pictureInput(input, held));
  const accuracy = async (file: Uint8Array): Promise<number> => {
    const session = await InferenceSession.fromFile(readWjz(file));
    const { correct } = await evaluate(session, held, held.count);
    session.dispose();
    return (100 * correct) / held.count;
  };
  // The original, stored as float32 and nothing else.
  const options = { input, quality: 100, arrangement: 'auto', map: 'symmetric', scope: 'layer' } as const;
  const { content } = compress(network, { ...options, layers: [], rest: 'F32' });
  const original = await accuracy(writeWjz(content));
  return async (file) => original - (await accuracy(file));
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
