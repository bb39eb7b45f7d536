import type { Network, Stage } from '../model/network.ts';
import { reconstructWeights } from '../model/reconstruct.ts';

/**
 * The exact output of a network in float64: every coefficient layer expanded by the unrounded inverse DCT to a float64
 * matrix and multiplied plainly. Shares no code with the kernels under test.
 */
export class Oracle {
  readonly #layers: { weights: ArrayLike<number>; stage: Stage }[];

  constructor(network: Network) {
    this.#layers = network.stages.map((stage) => ({
      stage,
      weights: stage.kind === 'dense' ? stage.weights : reconstructWeights(stage),
    }));
  }

  /** Logits (O values) of one input (I values). */
  run(values: ArrayLike<number>): Float64Array {
    let activations = Float64Array.from(values);
    for (const { stage, weights } of this.#layers) {
      const output = new Float64Array(stage.outFeatures);
      for (let row = 0; row < stage.outFeatures; row++) {
        let sum = stage.bias?.[row] ?? 0;
        const start = row * stage.inFeatures;
        for (let k = 0; k < stage.inFeatures; k++) sum += weights[start + k] * activations[k];
        output[row] = stage.relu ? Math.max(0, sum) : sum;
      }
      activations = output;
    }
    return activations;
  }
}

/**
 * Maximum difference between two sets of logits, relative to the maximum magnitude of the exact ones; NaN if any is
 * NaN.
 */
export function relativeError(actual: ArrayLike<number>, exact: ArrayLike<number>): number {
  if (actual.length !== exact.length) return NaN;
  let difference = 0;
  let magnitude = 0;
  for (let i = 0; i < exact.length; i++) {
    difference = Math.max(difference, Math.abs(actual[i] - exact[i]));
    magnitude = Math.max(magnitude, Math.abs(exact[i]));
  }
  return difference === 0 ? 0 : difference / magnitude;
}
