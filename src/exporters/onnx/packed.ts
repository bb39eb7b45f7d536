import type { SparseCoefficients } from '../../../kernels/coefficient-multiply/sparse.ts';
import type { MatrixNode, RowsNode } from '../../weights/network.ts';

/** The quantised coefficients of a picture of weights, as they are written. */
export interface PackedPicture {
  /** Rows of blocks, and blocks in each: the picture is [down, 8, across, 8]. */
  readonly down: number;
  readonly across: number;
  /** All elements of the picture, or where there are `gaps` its nonzeros. */
  readonly values: SparseCoefficients['value'];
  /** From each nonzero to the one before it, from the first to the start; where a byte is too small, zeros lie between. */
  readonly gaps?: Uint8Array;
}

/** Nonzeros in the order of their places. */
interface Nonzeros {
  readonly places: Float64Array;
  readonly values: SparseCoefficients['value'];
}

const MAX_GAP = 255;

/** Nonzeros with the gaps between them, or all elements, whichever takes fewer bytes. */
export function packPicture(node: RowsNode | MatrixNode): PackedPicture {
  const { rows, columns } = node.coefficients;
  const [down, across] =
    node.kind === 'matrix'
      ? [rows / 8, columns / 8]
      : [rows * node.tile.blocksPerColumn, node.tile.blocksPerRow];
  const { places, values } = node.kind === 'matrix' ? nonzerosOf(node) : sortedNonzeros(node);
  const count = places.reduce((sum, place, at) => sum + entriesOf(place - (places[at - 1] ?? 0)), 0);
  const create = (length: number) =>
    values instanceof Int8Array ? new Int8Array(length) : new Int16Array(length);
  const bytes = values.BYTES_PER_ELEMENT;
  if (64 * down * across * bytes <= count * (bytes + 1)) {
    const all = create(64 * down * across);
    places.forEach((place, at) => {
      all[place] = values[at];
    });
    return { down, across, values: all };
  }
  // A picture of zeros has an entry too: not every engine takes tensors without elements.
  const entries = create(Math.max(1, count));
  const gaps = new Uint8Array(entries.length);
  let [entry, before] = [0, 0];
  places.forEach((place, at) => {
    let gap = place - before;
    for (; gap > MAX_GAP; gap -= MAX_GAP) gaps[entry++] = MAX_GAP;
    gaps[entry] = gap;
    entries[entry++] = values[at];
    before = place;
  });
  return { down, across, values: entries, gaps };
}

/** How many gaps of a byte make one. */
function entriesOf(gap: number): number {
  return Math.max(1, Math.ceil(gap / MAX_GAP));
}

/** Layout `matrix`: row after row of the picture. */
function nonzerosOf({ coefficients }: MatrixNode): Nonzeros {
  const { rows, columns, rowStart, column, value } = coefficients;
  const places = Float64Array.from(column);
  for (let row = 0; row < rows; row++) {
    for (let i = rowStart[row]; i < rowStart[row + 1]; i++) places[i] += row * columns;
  }
  return { places, values: value };
}

/** Layout `rows`: a row of coefficients is a tile, block after block. */
function sortedNonzeros({ coefficients, tile }: RowsNode): Nonzeros {
  const { rows, columns, rowStart, column, value } = coefficients;
  const across = tile.blocksPerRow;
  const places = new Float64Array(value.length);
  const values = value.slice();
  for (let row = 0; row < rows; row++) {
    const start = rowStart[row];
    const nonzeros = Array.from(column.subarray(start, rowStart[row + 1]), (at, index) => {
      const block = at >> 6;
      const line = Math.floor(block / across) * 8 + ((at >> 3) & 7);
      const place = row * columns + line * across * 8 + (block % across) * 8 + (at & 7);
      return { place, value: value[start + index] };
    }).sort((a, b) => a.place - b.place);
    nonzeros.forEach((nonzero, index) => {
      places[start + index] = nonzero.place;
      values[start + index] = nonzero.value;
    });
  }
  return { places, values };
}
