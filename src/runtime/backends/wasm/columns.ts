import type { SparseCoefficients } from '../../../../kernels/coefficient-multiply/sparse.ts';

/** How the kernels lay out the transformed inputs of a node. */
export interface ColumnOrder {
  /** Columns, padding included. */
  readonly count: number;
  /** Runs of 8 inputs, padded to a multiple of 4 (matrix); else 0. */
  readonly runs: number;
  /** Number of groups of columns that share a factor: 1 (rows) or 8, one per horizontal frequency (matrix). */
  readonly groups: number;
  /** Whether 64 columns form a block of a picture, which may be all zero. */
  readonly blocks: boolean;
  /** Position of column k of C. */
  at(k: number): number;
}

/**
 * rows: block·64 + u·8 + v (u horizontal, v vertical frequency), the output order of the two passes of the DCT.
 * matrix: h·runs + run, so that four runs are transformed at once and columns of one frequency are adjacent.
 */
export function columnOrder(kind: 'rows' | 'matrix', columns: number): ColumnOrder {
  if (kind === 'rows') {
    return {
      count: columns,
      runs: 0,
      groups: 1,
      blocks: true,
      at: (k) => (k & ~63) | ((k & 7) << 3) | ((k >> 3) & 7),
    };
  }
  const runs = Math.ceil(columns / 32) * 4;
  return { count: runs * 8, runs, groups: 8, blocks: false, at: (k) => (k & 7) * runs + (k >> 3) };
}

/** The nonzeros of C by column of the kernels' order: those of column c are `start[c]` … `start[c + 1] - 1`. */
export interface ColumnList {
  readonly start: Uint32Array;
  readonly row: Uint16Array | Uint32Array;
  readonly value: Int8Array | Int16Array;
}

export function byColumn(
  coefficients: SparseCoefficients,
  order: Pick<ColumnOrder, 'count' | 'at'>,
): ColumnList {
  const { rows, rowStart, column, value } = coefficients;
  const start = new Uint32Array(order.count + 1);
  for (const k of column) start[order.at(k) + 1]++;
  for (let c = 0; c < order.count; c++) start[c + 1] += start[c];
  const next = start.slice();
  const rowOf = rows <= 2 ** 16 ? new Uint16Array(column.length) : new Uint32Array(column.length);
  const values = value instanceof Int8Array ? new Int8Array(value.length) : new Int16Array(value.length);
  for (let row = 0; row < rows; row++) {
    for (let i = rowStart[row]; i < rowStart[row + 1]; i++) {
      const at = next[order.at(column[i])]++;
      rowOf[at] = row;
      values[at] = value[i];
    }
  }
  return { start, row: rowOf, value: values };
}
