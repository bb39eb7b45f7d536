import type { DenseLinear } from '../weights/dense-network.ts';
import { type Activations, applyLinear } from './activations.ts';

/** Least variation of one kind of probe, as a fraction of the mean of all kinds: some kinds may excite next to nothing. */
const MIN_VARIATION = 0.01;

/**
 * What an error of a layer's weights does to its outputs on probe inputs, as a fraction of what the outputs vary:
 * √(Σ v_r²·(ΔW·a)_r² ÷ Σ v_r²·((W·a)_r − mean)²), v_r the weight that output r has further on. Each kind of probe counts
 * alike: the root mean square of the kinds' errors.
 */
export class OutputError {
  readonly #layer: DenseLinear;
  readonly #inputs: Activations;
  readonly #kinds: number;
  readonly #squares: Float64Array;
  readonly #variation: Float64Array;

  /** `kinds`: kinds of probes, which take turns among the inputs. `importance`: v, O values. */
  constructor(layer: DenseLinear, inputs: Activations, kinds: number, importance: Float64Array) {
    this.#layer = layer;
    this.#inputs = inputs;
    this.#kinds = kinds;
    this.#squares = importance.map((value) => value * value);
    this.#variation = variations(applyLinear(inputs, layer.weights, null), kinds, this.#squares);
  }

  /** `stored`: the weights that a reader finds, O × I. Zero where they are exact, infinite where nothing may change. */
  of(stored: ArrayLike<number>): number {
    const weights = this.#layer.weights.map((weight, i) => stored[i] - weight);
    const error = applyLinear(this.#inputs, weights, null);
    return ratio(squaresByKind(error, this.#kinds, this.#squares), this.#variation);
  }
}

/**
 * Error of a network's outputs as a fraction of what they vary over the probes of each kind, the root mean square of all
 * kinds; 0 where they are equal.
 */
export function outputError(expected: Activations, actual: Activations, kinds: number): number {
  const squares = new Float64Array(expected.size).fill(1);
  const values = actual.values.map((value, i) => value - expected.values[i]);
  const variation = variations(expected, kinds, squares);
  // Outputs that never vary are compared with themselves.
  const isConstant = variation.every((value) => value === 0);
  const reference = isConstant ? squaresByKind(expected, kinds, squares) : variation;
  return ratio(squaresByKind({ ...actual, values }, kinds, squares), reference);
}

/** Sums of the squared distances of outputs from their mean, by kind; outputs count by `squares`. */
function variations(outputs: Activations, kinds: number, squares: Float64Array): Float64Array {
  const { values, count, size } = outputs;
  const means = new Float64Array(kinds * size);
  values.forEach((value, i) => {
    const kind = Math.floor(i / size) % kinds;
    // Kinds take turns: this many probes are of this kind.
    means[kind * size + (i % size)] += value / Math.ceil((count - kind) / kinds);
  });
  const distances = values.map(
    (value, i) => value - means[(Math.floor(i / size) % kinds) * size + (i % size)],
  );
  return squaresByKind({ count, size, values: distances }, kinds, squares);
}

function squaresByKind({ values, size }: Activations, kinds: number, squares: Float64Array): Float64Array {
  const sums = new Float64Array(kinds);
  values.forEach((value, i) => {
    sums[Math.floor(i / size) % kinds] += squares[i % size] * value * value;
  });
  return sums;
}

function ratio(errors: Float64Array, variation: Float64Array): number {
  const mean = variation.reduce((sum, value) => sum + value, 0) / variation.length;
  const min = MIN_VARIATION * mean;
  const ratios = errors.map((error, kind) => (error === 0 ? 0 : error / Math.max(min, variation[kind])));
  return Math.sqrt(ratios.reduce((sum, value) => sum + value, 0) / ratios.length);
}

/** √(Σ (stored − original)² ÷ Σ original²): the error of weights as a fraction of them. */
export function relativeError(original: ArrayLike<number>, stored: ArrayLike<number>): number {
  let error = 0;
  let energy = 0;
  for (let i = 0; i < original.length; i++) {
    error += (stored[i] - original[i]) ** 2;
    energy += original[i] ** 2;
  }
  return error === 0 ? 0 : Math.sqrt(error / energy);
}
