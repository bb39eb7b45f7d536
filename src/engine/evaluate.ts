import type { LabelledPictures } from '../input/labelled-pictures.ts';
import { indexOfGreatest } from './greatest.ts';
import { pictureInput, pictureValues } from './sample-inputs.ts';
import type { InferenceSession } from './session.ts';

export interface Evaluation {
  readonly correct: number;
  /** Time spent in the network, all images together. */
  readonly microseconds: number;
}

/** Images a call: large enough to hide the cost of a call, small enough for a progress bar. */
const BATCH = 256;

/**
 * Counts how many of the first `images` pictures a session labels rightly. The pictures must have the model's size.
 */
export async function evaluate(
  session: InferenceSession,
  data: LabelledPictures,
  images: number,
  onProgress: (done: number) => void = () => {},
): Promise<Evaluation> {
  const { outFeatures } = session;
  const input = pictureInput(session.input, data);
  let correct = 0;
  let microseconds = 0;
  for (let first = 0; first < images; first += BATCH) {
    const count = Math.min(BATCH, images - first);
    const values = pictureValues(data, first, count, input);
    const start = performance.now();
    const logits = await session.runBatch(values, count);
    microseconds += (performance.now() - start) * 1000;
    for (let i = 0; i < count; i++) {
      const answer = indexOfGreatest(logits.subarray(i * outFeatures, (i + 1) * outFeatures));
      if (answer === data.labels[first + i]) correct++;
    }
    onProgress(first + count);
  }
  return { correct, microseconds };
}
