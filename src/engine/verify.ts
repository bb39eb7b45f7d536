import { argmax } from './argmax.ts';
import { relativeError } from './oracle.ts';
import type { InferenceSession } from './session.ts';

/** How well a session's logits agree with the exact ones. */
export interface Agreement {
  /** Greatest relative error over all inputs, as `relativeError` defines it; NaN if any logit is. */
  readonly greatest: number;
  readonly mean: number;
  /** Inputs whose greatest logit is the same output as the exact one's. */
  readonly sameAnswer: number;
}

const BATCH = 64;

/** Runs every input and compares. `exact`: the oracle's logits, one array an input. */
export async function compareWithOracle(
  session: InferenceSession,
  inputs: readonly Float32Array[],
  exact: readonly Float64Array[],
  onProgress: (done: number) => void = () => {},
): Promise<Agreement> {
  const { inFeatures, outFeatures } = session;
  let greatest = 0;
  let sum = 0;
  let sameAnswer = 0;
  for (let first = 0; first < inputs.length; first += BATCH) {
    const batch = inputs.slice(first, first + BATCH);
    const values = new Float32Array(batch.length * inFeatures);
    batch.forEach((input, index) => {
      values.set(input, index * inFeatures);
    });
    const logits = await session.runBatch(values, batch.length);
    for (let i = 0; i < batch.length; i++) {
      const actual = logits.subarray(i * outFeatures, (i + 1) * outFeatures);
      const expected = exact[first + i];
      const error = relativeError(actual, expected);
      greatest = Math.max(greatest, error);
      sum += error;
      if (argmax(actual) === argmax(expected)) sameAnswer++;
    }
    onProgress(first + batch.length);
  }
  return { greatest, mean: sum / inputs.length, sameAnswer };
}
