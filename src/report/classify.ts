import { indexOfGreatest } from '../engine/greatest.ts';
import { pictureInput, pictureValues } from '../engine/sample-inputs.ts';
import type { InferenceSession } from '../engine/session.ts';
import { softmax } from '../engine/softmax.ts';
import { WjpegError } from '../errors.ts';
import type { LabelledPictures } from '../input/labelled-pictures.ts';

/** What a session answers to the pictures of a data set. */
export interface Answers {
  /** The output of greatest probability, one a picture. */
  readonly answer: Uint32Array;
  /** Its probability. */
  readonly probability: Float32Array;
  /** The probability of the label. */
  readonly labelProbability: Float32Array;
  readonly correct: number;
}

/** Pictures a call. */
export const BATCH = 256;

/** Throws where the pictures are not of the model's size or a label is none of its outputs. */
export function checkData(session: InferenceSession, data: LabelledPictures, images: number): void {
  pictureInput(session.input, data);
  const bad = data.labels.subarray(0, images).findIndex((label) => label >= session.outFeatures);
  if (bad >= 0) {
    throw new WjpegError(
      'misuse',
      'DATA_LABEL',
      `picture ${bad} has label ${data.labels[bad]}, but the model has ${session.outFeatures} outputs`,
    );
  }
}

/** Runs the first `images` pictures, which `checkData` has let pass. */
export async function classify(
  session: InferenceSession,
  data: LabelledPictures,
  images: number,
  onProgress: (done: number) => void = () => {},
): Promise<Answers> {
  const { outFeatures } = session;
  const input = pictureInput(session.input, data);
  const answer = new Uint32Array(images);
  const probability = new Float32Array(images);
  const labelProbability = new Float32Array(images);
  let correct = 0;
  for (let first = 0; first < images; first += BATCH) {
    const count = Math.min(BATCH, images - first);
    const logits = await session.runBatch(pictureValues(data, first, count, input), count);
    for (let i = 0; i < count; i++) {
      const probabilities = softmax(logits.subarray(i * outFeatures, (i + 1) * outFeatures));
      const greatest = indexOfGreatest(probabilities);
      if (greatest < 0) {
        throw new WjpegError(
          'unsupported',
          'LOGITS_NOT_FINITE',
          `the answer to picture ${first + i} is not finite: the numbers on the way leave the range of float32`,
        );
      }
      answer[first + i] = greatest;
      probability[first + i] = probabilities[greatest];
      labelProbability[first + i] = probabilities[data.labels[first + i]];
      if (greatest === data.labels[first + i]) correct++;
    }
    onProgress(first + count);
  }
  return { answer, probability, labelProbability, correct };
}
