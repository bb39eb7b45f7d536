import { choleskyInPlace, invertLower } from './cholesky.ts';
import type { RateModel } from './rate-model.ts';

/** Greatest magnitude that 8-bit JPEG codes for any coefficient, T.81 Table F.2. */
const MAX = 1023;

/**
 * Rate–distortion optimal rounding with error feedback. What counts is the error of a layer's outputs on the
 * calibration inputs, Δ·H·Δᵀ for an error Δ of one row and the covariance H of the inputs. Coefficients are quantised
 * one after another; what rounding one does to the outputs is made good, as far as it can be, by those that are still
 * to come (Hassibi and Stork's optimal brain surgeon; Frantar et al., GPTQ, arXiv 2210.17323), and each takes the value
 * with the least error + λ·bits.
 */
export class ErrorFeedback {
  readonly size: number;
  /** Column of the inputs that is quantised at each step: those that matter most come first. */
  readonly order: Uint32Array;
  /**
   * Upper triangular U with UᵀU = H⁻¹, in that order: 1 ÷ U[k,k]² is the cost of an error in k once all that follow
   * have been adjusted, −U[k,j] ÷ U[k,k] the adjustment of j.
   */
  readonly #upper: Float64Array;

  /** `covariance`: size × size. `damping`: added to its diagonal, as a fraction of the mean of that. */
  constructor(covariance: Float64Array, size: number, damping: number) {
    this.size = size;
    let trace = 0;
    for (let k = 0; k < size; k++) trace += covariance[k * size + k];
    // Inputs that never vary leave nothing to go by: all columns then count the same.
    const ridge = (damping * trace) / size || 1;
    this.order = Uint32Array.from({ length: size }, (_, k) => k).sort(
      (a, b) => covariance[b * size + b] - covariance[a * size + a],
    );
    // U is wanted for the order o: UᵀU = (H[o,o])⁻¹. With the order reversed, H[r,r] = L·Lᵀ gives U as L⁻¹, turned by
    // half a turn: no inverse of H is ever formed.
    const reversed = new Float64Array(size * size);
    for (let a = 0; a < size; a++) {
      const from = this.order[size - 1 - a] * size;
      for (let b = 0; b < size; b++) reversed[a * size + b] = covariance[from + this.order[size - 1 - b]];
      reversed[a * size + a] += ridge;
    }
    const inverse = invertLower(choleskyInPlace(reversed, size), size);
    this.#upper = new Float64Array(size * size);
    for (let a = 0; a < size; a++) {
      for (let b = a; b < size; b++) {
        this.#upper[a * size + b] = inverse[(size - 1 - a) * size + (size - 1 - b)];
      }
    }
  }

  /** Standard deviation that a unit of error in column k costs, in its place of the order. */
  sensitivity(): Float64Array {
    const values = new Float64Array(this.size);
    this.order.forEach((column, k) => {
      values[column] = 1 / this.#upper[k * this.size + k];
    });
    return values;
  }

  /**
   * Quantises one row. `target`: size values (overwritten); `step`: size step widths; `natural`: natural index of each
   * column in its block. Writes size coefficients to `output` and returns the squared error of the row's output.
   */
  quantizeRow(
    target: Float64Array,
    step: Float64Array,
    natural: Uint8Array,
    lambda: number,
    rate: RateModel,
    output: Int16Array,
  ): number {
    const { size, order } = this;
    const upper = this.#upper;
    let squares = 0;
    for (let k = 0; k < size; k++) {
      const column = order[k];
      const diagonal = upper[k * size + k];
      const wanted = target[column];
      const width = step[column];
      const place = natural[column];
      const ratio = wanted / width;
      const nearest = Math.max(-MAX, Math.min(MAX, Math.round(ratio)));
      const toZero = nearest - Math.sign(nearest);
      let best = 0;
      let bestCost = Infinity;
      for (const candidate of nearest === 0 ? [0] : [nearest, toZero, 0]) {
        const error = (wanted - candidate * width) / diagonal;
        const cost = error * error + lambda * rate.bits(place, candidate);
        if (cost < bestCost) {
          best = candidate;
          bestCost = cost;
        }
      }
      output[column] = best;
      const error = (wanted - best * width) / diagonal;
      squares += error * error;
      if (error === 0) continue;
      const row = k * size;
      for (let j = k + 1; j < size; j++) target[order[j]] -= error * upper[row + j];
    }
    return squares;
  }
}
