import type { LinearNode, Network } from '../weights/network.ts';
import { reconstructWeights } from '../weights/reconstruct.ts';
import { nodeError } from './rounding-errors.ts';

/**
 * Standard deviations of rounding that a float32 answer may be off. Among 10⁶ outputs of normally distributed error
 * 5 are expected; the rest is for what the first-order model leaves out.
 */
export const TOLERATED_DEVIATIONS = 8;

/** Exact logits of one input, and how far rounding to float32 may move each of them. */
export interface BoundedLogits {
  /** O values. */
  readonly logits: Float64Array;
  /** O values: tolerated absolute error of each logit. */
  readonly tolerances: Float64Array;
  /** Which outputs of each layer with ReLU are above zero: 1 or 0. */
  readonly active: readonly Uint8Array[];
}

/**
 * The exact output of a network in float64: every coefficient layer expanded by the unrounded inverse DCT to a float64
 * matrix and multiplied plainly. Shares no code with the kernels under test.
 */
export class Oracle {
  readonly #layers: { weights: ArrayLike<number>; node: LinearNode }[];

  constructor(network: Network) {
    this.#layers = network.nodes.map((node) => ({
      node,
      weights: weightsOf(node),
    }));
  }

  /** Logits (O values) of one input (I values). */
  run(values: ArrayLike<number>): Float64Array {
    let activations = Float64Array.from(values);
    for (const { node, weights } of this.#layers) {
      activations = multiply(weights, activations, node.outFeatures, node.bias);
      if (node.relu) activations = activations.map((value) => Math.max(0, value));
    }
    return activations;
  }

  /**
   * Logits of one input (I values) and the error tolerated in each. Every node adds the rounding errors of
   * `nodeError`; errors of its inputs pass to its outputs as `carryVariance` says, and those of offset·Σx, which all share, as Σ W·σ. The
   * tolerance is 8 standard deviations.
   */
  runBounded(values: ArrayLike<number>): BoundedLogits {
    let activations = Float64Array.from(values);
    let variance = new Float64Array(activations.length);
    let shared: Float64Array[] = [];
    const active: Uint8Array[] = [];
    this.#layers.forEach(({ node, weights }, index) => {
      const { outFeatures, bias, relu } = node;
      const sums = multiply(weights, activations, outFeatures, bias);
      const added = nodeError(node, activations, sums);
      const carried =
        index === 0 ? new Float64Array(outFeatures) : carryVariance(weights, variance, outFeatures);
      variance = carried.map((value, row) => value + added.variance[row]);
      shared = shared.map((errors) => multiply(weights, errors, outFeatures, null));
      if (added.shared) shared.push(added.shared);
      activations = sums;
      if (!relu) return;
      // Below zero by more than any tolerated error, ReLU outputs an exact zero.
      const tolerances = tolerated(variance, shared);
      const silent = (row: number): boolean => sums[row] < -tolerances[row];
      active.push(Uint8Array.from(sums, (value) => Number(value > 0)));
      activations = sums.map((value) => Math.max(0, value));
      variance = variance.map((value, row) => (silent(row) ? 0 : value));
      shared = shared.map((errors) => errors.map((value, row) => (silent(row) ? 0 : value)));
    });
    return { logits: activations, tolerances: tolerated(variance, shared), active };
  }
}

/** The weights of a node, O × I row-major, those of JPEGs by the unrounded inverse DCT. */
export function weightsOf(node: LinearNode): ArrayLike<number> {
  return node.kind === 'dense' ? node.weights : reconstructWeights(node);
}

/** W·x + b of row-major weights and one input, plainly. */
export function multiply(
  weights: ArrayLike<number>,
  inputs: Float64Array,
  outFeatures: number,
  bias: Float32Array | null,
): Float64Array<ArrayBuffer> {
  const { length } = inputs;
  const output = new Float64Array(outFeatures);
  for (let row = 0; row < outFeatures; row++) {
    let sum = bias?.[row] ?? 0;
    const start = row * length;
    for (let k = 0; k < length; k++) sum += weights[start + k] * inputs[k];
    output[row] = sum;
  }
  return output;
}

/** Outputs of a `matrix` layer that share the errors of one inverse DCT. */
const RUN = 8;

/**
 * Variance of each row's sum Σ W·e of errors e of its inputs: the maximum of those for independent errors, Σ W²σ², for
 * errors that each run of 8 inputs shares, Σ (Σ W·σ)², and for errors that all share, (Σ W·σ)². They differ where
 * weights of the same sign add up what outputs of the layer before have in common, and hardly otherwise.
 */
function carryVariance(
  weights: ArrayLike<number>,
  variance: Float64Array,
  outFeatures: number,
): Float64Array<ArrayBuffer> {
  const { length } = variance;
  const deviation = variance.map(Math.sqrt);
  const output = new Float64Array(outFeatures);
  for (let row = 0; row < outFeatures; row++) {
    const start = row * length;
    let independent = 0;
    let byRun = 0;
    let all = 0;
    for (let first = 0; first < length; first += RUN) {
      let run = 0;
      for (let k = first; k < Math.min(first + RUN, length); k++) {
        const error = weights[start + k] * deviation[k];
        independent += error * error;
        run += error;
      }
      byRun += run * run;
      all += run;
    }
    output[row] = Math.max(independent, byRun, all * all);
  }
  return output;
}

function tolerated(variance: Float64Array, shared: readonly Float64Array[]): Float64Array {
  return variance.map((value, row) => {
    const total = shared.reduce((sum, errors) => sum + errors[row] ** 2, value);
    return TOLERATED_DEVIATIONS * Math.sqrt(total);
  });
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
