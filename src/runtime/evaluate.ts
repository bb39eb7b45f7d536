import type { LabelledPictures } from '../image/labelled-pictures.ts';
import { argmax } from './answer.ts';
import { pictureInput, pictureValues } from './sample-inputs.ts';
import type { InferenceSession } from './session.ts';

/** Images a call: large enough to hide the cost of a call, small enough for a progress bar. */
export const BATCH = 256;

/**
 * Runs the first `images` pictures, which must have the model's size; `visit` gets the logits of each.
 */
export async function visitLogits(
  session: InferenceSession,
  data: LabelledPictures,
  images: number,
  visit: (image: number, logits: Float32Array) => void,
  onProgress: (done: number) => void = () => {},
): Promise<void> {
  const { outFeatures } = session;
  const input = pictureInput(session.input, data);
  for (let first = 0; first < images; first += BATCH) {
    const count = Math.min(BATCH, images - first);
    const values = pictureValues(data, first, count, input);
    const logits = await session.runBatch(values, count);
    for (let i = 0; i < count; i++) {
      visit(first + i, logits.subarray(i * outFeatures, (i + 1) * outFeatures));
    }
    onProgress(first + count);
  }
}

/**
 * Counts how many of the first `images` pictures a session labels rightly. The pictures must have the model's size.
 */
export async function evaluate(
  session: InferenceSession,
  data: LabelledPictures,
  images: number,
  onProgress: (done: number) => void = () => {},
): Promise<{ correct: number }> {
  let correct = 0;
  const count = (image: number, logits: Float32Array): void => {
    if (argmax(logits) === data.labels[image]) correct++;
  };
  await visitLogits(session, data, images, count, onProgress);
  return { correct };
}
