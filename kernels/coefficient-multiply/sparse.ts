/**
 * Quantised coefficients of a layer in compressed sparse rows. Row r holds the nonzeros
 * `rowStart[r]` … `rowStart[r + 1] - 1`, columns ascending.
 *
 * Columns are positions in the transformed input: `block * 64 + natural index` for the `rows` layout,
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

/** Size of the arrays, in bytes. */
export function sparseBytes({ rowStart, column, value }: SparseCoefficients): number {
  return rowStart.byteLength + column.byteLength + value.byteLength;
}

/** A single part, which may be nonzero. */
const ALL = Uint8Array.of(1);

/** Capacity of a piece in nonzeros, while rows are short. */
const PIECE = 2 ** 16;
/** Capacity of a piece in rows without zeros: all but the last piece are filled to three quarters. */
const PIECE_ROWS = 4;

/** Consecutive nonzeros. */
interface Piece {
  readonly column: Uint16Array | Uint32Array;
  readonly value: Int16Array;
  length: number;
}

/**
 * Collects rows of coefficients one after another and keeps only their nonzeros, so that a layer never exists in dense
 * form; in pieces, so that nothing is copied when more are appended. `columns` is the length of a row.
 */
export class SparseBuilder {
  readonly #columns: number;
  readonly #rowStart: number[] = [0];
  readonly #pieces: Piece[] = [];
  #length = 0;
  #fitsInt8 = true;

  constructor(columns: number) {
    this.#columns = columns;
  }

  /** Rows so far. */
  get rows(): number {
    return this.#rowStart.length - 1;
  }

  /**
   * Appends a row: `columns` coefficients. The array may be reused afterwards. `filled`: one entry per equal part
   * of the row, 0 if that part is known to be all zero; such parts are skipped.
   */
  addRow(coefficients: Int16Array, filled: Uint8Array = ALL): void {
    const piece = this.#pieceForRow();
    const { column, value } = piece;
    const part = this.#columns / filled.length;
    let at = piece.length;
    for (let p = 0; p < filled.length; p++) {
      if (filled[p] === 0) continue;
      for (let k = p * part; k < (p + 1) * part; k++) {
        const coefficient = coefficients[k];
        if (coefficient === 0) continue;
        if (coefficient < -128 || coefficient > 127) this.#fitsInt8 = false;
        column[at] = k;
        value[at] = coefficient;
        at++;
      }
    }
    this.#length += at - piece.length;
    piece.length = at;
    this.#rowStart.push(this.#length);
  }

  /** The rows so far, in the narrowest arrays that hold them. */
  finish(): SparseCoefficients {
    const column =
      this.#columns <= 2 ** 8
        ? new Uint8Array(this.#length)
        : this.#columns <= 2 ** 16
          ? new Uint16Array(this.#length)
          : new Uint32Array(this.#length);
    const value = this.#fitsInt8 ? new Int8Array(this.#length) : new Int16Array(this.#length);
    let at = 0;
    for (const piece of this.#pieces) {
      column.set(piece.column.subarray(0, piece.length), at);
      value.set(piece.value.subarray(0, piece.length), at);
      at += piece.length;
    }
    const rowStart = Uint32Array.from(this.#rowStart);
    return { rows: this.rows, columns: this.#columns, rowStart, column, value };
  }

  /** The last piece if a row without zeros fits, else a new one, as long as all before it together, up to `PIECE`. */
  #pieceForRow(): Piece {
    const last = this.#pieces[this.#pieces.length - 1];
    if (last && last.length + this.#columns <= last.value.length) return last;
    const size = Math.max(PIECE_ROWS * this.#columns, Math.min(PIECE, this.#length));
    const column = this.#columns <= 2 ** 16 ? new Uint16Array(size) : new Uint32Array(size);
    const piece = { column, value: new Int16Array(size), length: 0 };
    this.#pieces.push(piece);
    return piece;
  }
}

/** Which table entry a coefficient of row r and column k was divided by. */
export type QuantizationLayout = 'rows' | 'matrix';
