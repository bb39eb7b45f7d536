/** Adam (Kingma and Ba, 2015) for the few parameters other than coefficients: biases and the logarithms of steps. */

export const ADAM = { keepFirst: 0.9, keepSecond: 0.999, epsilon: 1e-8 } as const;

/** The bias corrections of step `step` (the first is 1): of the learning rate, and of 1/√v. */
export function biasCorrection(step: number): { first: number; second: number } {
  return { first: 1 / (1 - ADAM.keepFirst ** step), second: 1 / Math.sqrt(1 - ADAM.keepSecond ** step) };
}

/** A vector of parameters with its moments, in float64. */
export class AdamVector {
  readonly values: Float64Array;
  readonly gradient: Float64Array;
  readonly first: Float64Array;
  readonly second: Float64Array;

  constructor(length: number) {
    this.values = new Float64Array(length);
    this.gradient = new Float64Array(length);
    this.first = new Float64Array(length);
    this.second = new Float64Array(length);
  }

  /** One step down `gradient`. `step` counts from 1. */
  update(learningRate: number, step: number): void {
    const correction = biasCorrection(step);
    for (let i = 0; i < this.values.length; i++) {
      const g = this.gradient[i];
      this.first[i] += (1 - ADAM.keepFirst) * (g - this.first[i]);
      this.second[i] += (1 - ADAM.keepSecond) * (g * g - this.second[i]);
      const size = Math.sqrt(this.second[i]) * correction.second + ADAM.epsilon;
      this.values[i] -= (learningRate * correction.first * this.first[i]) / size;
    }
  }
}
