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

/** Bytes that the arrays occupy. */
export function sparseBytes({ rowStart, column, value }: SparseCoefficients): number {
  return rowStart.byteLength + column.byteLength + value.byteLength;
}

/** One part, which may be anything. */
const ALL = Uint8Array.of(1);

/**
 * Collects rows of coefficients one after another and keeps only their nonzeros, so that a layer never exists densely.
 * `columns` is the length of a row.
 */
export class SparseBuilder {
  readonly #columns: number;
  readonly #rowStart: number[] = [0];
  #column = new Uint32Array(1024);
  #value = new Int16Array(1024);
  #length = 0;

  constructor(columns: number) {
    this.#columns = columns;
  }

  /** Rows so far. */
  get rows(): number {
    return this.#rowStart.length - 1;
  }

  /**
   * Appends a row: `columns` coefficients. The array may be used again afterwards. `filled`: for each of so many equal parts
   * of the row, 0 where it is known to be all zero; such parts are not looked at.
   */
  addRow(coefficients: Int16Array, filled: Uint8Array = ALL): void {
    if (this.#length + this.#columns > this.#value.length) this.#grow(this.#length + this.#columns);
    const part = this.#columns / filled.length;
    for (let p = 0; p < filled.length; p++) {
      if (filled[p] === 0) continue;
      for (let k = p * part; k < (p + 1) * part; k++) {
        if (coefficients[k] === 0) continue;
        this.#column[this.#length] = k;
        this.#value[this.#length] = coefficients[k];
        this.#length++;
      }
    }
    this.#rowStart.push(this.#length);
  }

  /** The rows so far, in the narrowest arrays that hold them. */
  finish(): SparseCoefficients {
    const column = this.#column.subarray(0, this.#length);
    const value = this.#value.subarray(0, this.#length);
    const fitsInt8 = value.every((coefficient) => coefficient >= -128 && coefficient <= 127);
    return {
      rows: this.#rowStart.length - 1,
      columns: this.#columns,
      rowStart: Uint32Array.from(this.#rowStart),
      column:
        this.#columns <= 2 ** 8
          ? Uint8Array.from(column)
          : this.#columns <= 2 ** 16
            ? Uint16Array.from(column)
            : column.slice(),
      value: fitsInt8 ? Int8Array.from(value) : value.slice(),
    };
  }

  #grow(least: number): void {
    const capacity = Math.max(least, this.#value.length * 2);
    const column = new Uint32Array(capacity);
    const value = new Int16Array(capacity);
    column.set(this.#column.subarray(0, this.#length));
    value.set(this.#value.subarray(0, this.#length));
    this.#column = column;
    this.#value = value;
  }
}
