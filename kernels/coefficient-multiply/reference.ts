import { type QuantizationLayout, type SparseCoefficients, tableIndex } from './sparse.ts';

/**
 * z_r = Σ_k C[r,k]·Q·X[k] for a batch, in float64: one multiplication by X per nonzero coefficient.
 *
 * `inputs`: B × K transformed inputs. Returns B × (rows of C).
 */
export function coefficientMultiplyReference(
  coefficients: SparseCoefficients,
  quantization: Uint16Array,
  layout: QuantizationLayout,
  inputs: ArrayLike<number>,
  batch: number,
): Float64Array {
  const { rows, columns, rowStart, column, value } = coefficients;
  const outputs = new Float64Array(batch * rows);
  for (let b = 0; b < batch; b++) {
    for (let row = 0; row < rows; row++) {
      let sum = 0;
      for (let i = rowStart[row]; i < rowStart[row + 1]; i++) {
        const k = column[i];
        sum += value[i] * quantization[tableIndex(layout, row, k)] * inputs[b * columns + k];
      }
      outputs[b * rows + row] = sum;
    }
  }
  return outputs;
}
