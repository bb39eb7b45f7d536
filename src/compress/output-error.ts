import type { DenseLinear } from '../model/dense-network.ts';
import { type Activations, applyLinear } from './activations.ts';

/**
 * What an error of a layer's weights does to its outputs on probe inputs, as a fraction of what the outputs vary:
 * √(Σ v_r²·(ΔW·a)_r² ÷ Σ v_r²·((W·a)_r − mean)²), v_r the weight that output r has further on.
 */
export class OutputError {
  readonly #layer: DenseLinear;
  readonly #inputs: Activations;
  readonly #squares: Float64Array;
  readonly #variation: number;

  constructor(layer: DenseLinear, inputs: Activations, importance: Float64Array) {
    this.#layer = layer;
    this.#inputs = inputs;
    this.#squares = importance.map((value) => value * value);
    const { values, count, size } = applyLinear(inputs, layer.weights, null);
    const mean = new Float64Array(size);
    values.forEach((value, i) => {
      mean[i % size] += value / count;
    });
    this.#variation = values.reduce(
      (sum, value, i) => sum + this.#squares[i % size] * (value - mean[i % size]) ** 2,
      0,
    );
  }

  /** `stored`: the weights that a reader finds, O × I. Zero where they are exact, infinite where nothing may change. */
  of(stored: ArrayLike<number>): number {
    const error = this.#layer.weights.map((weight, i) => stored[i] - weight);
    const { values, size } = applyLinear(this.#inputs, error, null);
    const squares = values.reduce((sum, value, i) => sum + this.#squares[i % size] * value * value, 0);
    return squares === 0 ? 0 : Math.sqrt(squares / this.#variation);
  }
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
