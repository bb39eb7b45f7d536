/**
 * Quantised coefficients of a layer in compressed sparse rows. Row r holds the nonzeros
 * `rowStart[r]` … `rowStart[r + 1] - 1`, columns ascending.
 *
 * Columns are positions in the transformed input: `block * 64 + natural index` for the `rows` arrangement,
 * `run * 8 + frequency` for `matrix` (see `CoefficientStage`).
 */
export interface SparseCoefficients {
  readonly rows: number;
  readonly columns: number;
  /** rows + 1 entries. */
  readonly rowStart: Uint32Array;
  /** Column of each nonzero, in the narrowest type that holds `columns - 1`. */
  readonly column: Uint8Array | Uint16Array | Uint32Array;
  /** Quantised coefficient of each nonzero, in the narrowest type that holds them all. */
  readonly value: Int8Array | Int16Array;
}
