import { WjpegError } from '../errors.ts';

/** Lower triangular L with L·Lᵀ = `matrix` (symmetric, positive definite, size × size, row-major). Overwrites it. */
export function choleskyInPlace(matrix: Float64Array, size: number): Float64Array {
  for (let j = 0; j < size; j++) {
    const rowJ = j * size;
    let diagonal = matrix[rowJ + j];
    for (let k = 0; k < j; k++) diagonal -= matrix[rowJ + k] ** 2;
    if (!(diagonal > 0)) {
      throw new WjpegError(
        'misuse',
        'CALIBRATION_SINGULAR',
        `the calibration set is rank-deficient (pivot ${j}): add samples or increase damping`,
      );
    }
    const root = Math.sqrt(diagonal);
    matrix[rowJ + j] = root;
    for (let i = j + 1; i < size; i++) {
      const rowI = i * size;
      let sum = matrix[rowI + j];
      for (let k = 0; k < j; k++) sum -= matrix[rowI + k] * matrix[rowJ + k];
      matrix[rowI + j] = sum / root;
    }
    for (let k = j + 1; k < size; k++) matrix[rowJ + k] = 0;
  }
  return matrix;
}

/** Inverse of a lower triangular matrix; lower triangular too. */
export function invertLower(lower: Float64Array, size: number): Float64Array {
  const inverse = new Float64Array(size * size);
  for (let j = 0; j < size; j++) {
    inverse[j * size + j] = 1 / lower[j * size + j];
    for (let i = j + 1; i < size; i++) {
      let sum = 0;
      for (let k = j; k < i; k++) sum -= lower[i * size + k] * inverse[k * size + j];
      inverse[i * size + j] = sum / lower[i * size + i];
    }
  }
  return inverse;
}
