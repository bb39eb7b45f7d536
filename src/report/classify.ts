import { WjpegError } from '../errors.ts';
import type { LabelledPictures } from '../image/labelled-pictures.ts';
import { argmax, softmax } from '../runtime/answer.ts';
import { visitLogits } from '../runtime/evaluate.ts';
import { pictureInput } from '../runtime/sample-inputs.ts';
import type { InferenceSession } from '../runtime/session.ts';

/** A session's outputs for the pictures of a data set. */
export interface Answers {
  /** The output of maximum probability, one per picture. */
  readonly answer: Uint32Array;
  /** Its probability. */
  readonly probability: Float32Array;
  /** The probability of the label. */
  readonly labelProbability: Float32Array;
  readonly correct: number;
}

/** Maximum outputs for which a confusion matrix, the square of it, is kept. */
const MAX_CLASSES = 4096;

/** Throws if the pictures are not of the model's size or a label exceeds its outputs. */
export function checkData(session: InferenceSession, data: LabelledPictures, images: number): void {
  pictureInput(session.input, data);
  if (session.outFeatures > MAX_CLASSES) {
    throw new WjpegError(
      'limit',
      'REPORT_CLASSES',
      `the model has ${session.outFeatures} outputs, a report with pictures shows at most ${MAX_CLASSES}: ` +
        'omit --data and measure the accuracy with wjpeg eval',
    );
  }
  const bad = data.labels.subarray(0, images).findIndex((label) => label >= session.outFeatures);
  if (bad >= 0) {
    throw new WjpegError(
      'misuse',
      'DATA_LABEL',
      `picture ${bad} has label ${data.labels[bad]}, but the model has ${session.outFeatures} outputs`,
    );
  }
}

/** Runs the first `images` pictures, which `checkData` has accepted. */
export async function classify(
  session: InferenceSession,
  data: LabelledPictures,
  images: number,
  onProgress: (done: number) => void = () => {},
): Promise<Answers> {
  const answer = new Uint32Array(images);
  const probability = new Float32Array(images);
  const labelProbability = new Float32Array(images);
  let correct = 0;
  const take = (image: number, logits: Float32Array): void => {
    const probabilities = softmax(logits);
    const max = argmax(probabilities);
    if (max < 0) {
      throw new WjpegError(
        'unsupported',
        'LOGITS_NOT_FINITE',
        `non-finite output for picture ${image}: an intermediate value overflowed float32`,
      );
    }
    answer[image] = max;
    probability[image] = probabilities[max];
    labelProbability[image] = probabilities[data.labels[image]];
    if (max === data.labels[image]) correct++;
  };
  await visitLogits(session, data, images, take, onProgress);
  return { answer, probability, labelProbability, correct };
}
