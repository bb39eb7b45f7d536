import { WjpegError } from '../errors.ts';
import type { PictureReport } from '../image/prepared.ts';
import type { InferenceResult, RunOptions } from './options.ts';

/**
 * Index of the greatest value, the first of equal ones; -1 where a value is NaN (no label equals it) or there is none.
 */
export function argmax(values: ArrayLike<number>): number {
  let best = -1;
  for (let i = 0; i < values.length; i++) {
    if (Number.isNaN(values[i])) return -1;
    if (best < 0 || values[i] > values[best]) best = i;
  }
  return best;
}

/** exp(logit) ÷ Σ exp(logit), shifted by the maximum logit to avoid overflow. */
export function softmax(logits: Float32Array): Float32Array {
  const max = logits[argmax(logits)];
  const exponentials = new Float64Array(logits).map((logit) => Math.exp(logit - max));
  let sum = 0;
  for (const value of exponentials) sum += value;
  return new Float32Array(exponentials.map((value) => value / sum));
}

/** What logits mean. `picture`: how the input was read, if it was one. */
export function answerOf(
  labels: readonly string[],
  logits: Float32Array,
  { minProbability = 0 }: RunOptions = {},
  picture?: PictureReport,
): InferenceResult {
  if (!logits.every(Number.isFinite)) {
    throw new WjpegError(
      'unsupported',
      'LOGITS_NOT_FINITE',
      'non-finite output: an intermediate value overflowed float32',
    );
  }
  const probabilities = softmax(logits);
  const index = argmax(probabilities);
  return {
    logits,
    probabilities,
    index,
    label: labels[index],
    probability: probabilities[index],
    confident: probabilities[index] >= minProbability && !picture?.blank,
    ...(picture && { picture }),
  };
}
