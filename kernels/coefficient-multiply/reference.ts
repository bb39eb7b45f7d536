import type { QuantizationLayout, SparseCoefficients } from './sparse.ts';

/**
 * Index into the quantisation table (natural order) for row r and column k:
 * `rows`: k mod 64; `matrix`: vertical frequency r mod 8, horizontal frequency k mod 8.
 */
export function tableIndex(layout: QuantizationLayout, row: number, column: number): number {
  return layout === 'rows' ? column % 64 : (row % 8) * 8 + (column % 8);
}

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
