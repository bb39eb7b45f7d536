import type { QuantizationLayout, SparseCoefficients } from '../coefficient-multiply/sparse.ts';
import { type PackedEpilogue, packParameters, type Word } from '../wgsl.ts';

/**
 * Weights stored densely, four of a row together: as float32, or as int8 coefficients that are multiplied
 * by their table entries when they are read. If few coefficients are zero, this is smaller than one gap per nonzero.
 */
export interface DenseWeights {
  readonly rows: number;
  readonly columns: number;
  /** ⌈columns ÷ 4⌉ vec4f (float32) or u32 (int8) per row; the last is padded with zeros. */
  readonly fours: Float32Array | Uint32Array;
  /** For int8: the table of 64 and how rows and columns use it. */
  readonly quantization?: { readonly table: Float32Array; readonly layout: QuantizationLayout };
}

export function float32Weights(weights: Float32Array, rows: number, columns: number): DenseWeights {
  const width = 4 * Math.ceil(columns / 4);
  if (width === columns) return { rows, columns, fours: weights };
  const fours = new Float32Array(rows * width);
  for (let row = 0; row < rows; row++) {
    fours.set(weights.subarray(row * columns, (row + 1) * columns), row * width);
  }
  return { rows, columns, fours };
}

/** Bytes of `int8Weights`; Infinity if a value does not fit. */
export function int8Bytes({ rows, columns, value }: SparseCoefficients): number {
  return value instanceof Int8Array ? rows * columns : Infinity;
}

/** `columns` is a multiple of 8, and values are int8. */
export function int8Weights(
  { rows, columns, rowStart, column, value }: SparseCoefficients,
  quantization: Uint16Array,
  layout: QuantizationLayout,
): DenseWeights {
  const bytes = new Int8Array(rows * columns);
  for (let row = 0; row < rows; row++) {
    for (let i = rowStart[row]; i < rowStart[row + 1]; i++) bytes[row * columns + column[i]] = value[i];
  }
  return {
    rows,
    columns,
    fours: new Uint32Array(bytes.buffer),
    quantization: { table: Float32Array.from(quantization), layout },
  };
}

/** Members of the uniform struct that `four` reads. */
export const DENSE_PARAMETERS = 'epilogue: Epilogue, rows: u32, columns: u32, tableStep: u32, tableMask: u32';

export function denseParameters(
  { rows, columns, quantization }: DenseWeights,
  epilogue: PackedEpilogue,
): ArrayBuffer {
  const table: Word[] = quantization?.layout === 'matrix' ? [2, 1] : [0, 15];
  return packParameters([...epilogue.words, rows, columns, ...table]);
}

/** Storage buffers that hold the weights, by name and type. */
export function denseBuffers(int8: boolean): Record<string, string> {
  return int8 ? { fours: 'array<u32>', quantization: 'array<vec4f>' } : { fours: 'array<vec4f>' };
}

/** `four`: columns 4q … 4q + 3 of a row, as they are multiplied. */
export function fourFunction(int8: boolean): string {
  const read = int8
    ? `let word = fours[at];
  let values = vec4i(vec4u(word << 24u, word << 16u, word << 8u, word)) >> vec4u(24u);
  return vec4f(values) * quantization[row % 8u * parameters.tableStep + (q & parameters.tableMask)];`
    : 'return fours[at];';
  return `
fn four(row: u32, q: u32) -> vec4f {
  let at = row * ((parameters.columns + 3u) / 4u) + q;
  ${read}
}
`;
}

/** The buffers of `denseBuffers`. */
export function denseArrays({ fours, quantization }: DenseWeights): (Float32Array | Uint32Array)[] {
  return quantization ? [fours, quantization.table] : [fours];
}
