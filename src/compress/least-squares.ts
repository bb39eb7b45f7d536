import type { Activations } from './activations.ts';
import { choleskyInPlace } from './cholesky.ts';
import { covariance, crossCovariance } from './second-moments.ts';

/**
 * The weights that, on inputs which compression has changed, come closest to what the original weights gave on the
 * original inputs: W′ = W·Cov(a, â)·(Cov(â) + ridge)⁻¹. O × I, row-major. `damping`: the ridge, as a fraction of the
 * mean variance.
 */
export function refitWeights(
  weights: Float32Array,
  original: Activations,
  actual: Activations,
  damping: number,
): Float64Array {
  const { size } = actual;
  const { matrix } = covariance(actual);
  const cross = crossCovariance(original, actual);
  let trace = 0;
  for (let k = 0; k < size; k++) trace += matrix[k * size + k];
  // The ridge pulls towards the original weights: it stands on both sides.
  // Inputs that never vary leave nothing to fit: the original weights then stay.
  const ridge = (damping * trace) / size || 1;
  for (let k = 0; k < size; k++) {
    matrix[k * size + k] += ridge;
    cross[k * size + k] += ridge;
  }
  const lower = choleskyInPlace(matrix, size);
  const rows = weights.length / size;
  const result = new Float64Array(weights.length);
  const right = new Float64Array(size);
  for (let row = 0; row < rows; row++) {
    right.fill(0);
    for (let a = 0; a < size; a++) {
      const weight = weights[row * size + a];
      for (let b = 0; b < size; b++) right[b] += weight * cross[a * size + b];
    }
    solve(lower, size, right);
    result.set(right, row * size);
  }
  return result;
}

/** Solves L·Lᵀ·x = right in place. */
function solve(lower: Float64Array, size: number, right: Float64Array): void {
  for (let i = 0; i < size; i++) {
    let sum = right[i];
    for (let k = 0; k < i; k++) sum -= lower[i * size + k] * right[k];
    right[i] = sum / lower[i * size + i];
  }
  for (let i = size - 1; i >= 0; i--) {
    let sum = right[i];
    for (let k = i + 1; k < size; k++) sum -= lower[k * size + i] * right[k];
    right[i] = sum / lower[i * size + i];
  }
}
