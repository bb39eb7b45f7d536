import { SparseBuilder } from '../../kernels/coefficient-multiply/sparse.ts';
import { type TileGeometry, tileGeometry } from '../jpeg/dct/tile-geometry.ts';
import type { Codings } from '../jpeg/scans/codings.ts';
import {
  type BlockRowsFrame,
  type BlockRowVisitor,
  visitBlockRows,
} from '../jpeg/scans/decode/block-rows.ts';
import type { JpegLimits } from '../jpeg/types.ts';
import type { WeightMap } from './affine-map.ts';
import { contactSheet } from './contact-sheet.ts';
import type { EncodedCoefficients, MatrixNode, RowsNode } from './network.ts';

/** A linear layer whose weights are a picture: how they lie in it. */
export interface PictureOfWeights {
  readonly name: string;
  readonly inFeatures: number;
  readonly outFeatures: number;
  readonly weight:
    | {
        readonly layout: 'rows';
        readonly tile: Pick<TileGeometry, 'width' | 'height' | 'x' | 'y'>;
        readonly tilesPerRow: number;
      }
    | { readonly layout: 'matrix' };
}

/**
 * Reads a layer's JPEG directly into the sparse form of the coefficient path. At most
 * one row of tiles is held as coefficients, and no weight is ever computed. The picture's size must be the one that the
 * manifest implies; `readWjz` has checked it. `codings` must have what the JPEG's process needs.
 */
export function coefficientNode(
  layer: PictureOfWeights,
  jpeg: Uint8Array,
  map: WeightMap,
  bias: Float32Array | null,
  relu: boolean,
  codings: Codings,
  limits?: Partial<JpegLimits>,
): RowsNode | MatrixNode {
  const { name, inFeatures, outFeatures, weight } = layer;
  const shared = { name, inFeatures, outFeatures, bias, relu, scale: map.scale, offset: map.offset };
  const visitRows: VisitRows = (visit) => visitBlockRows(jpeg, codings, visit, { limits });
  if (weight.layout === 'rows') {
    const tile = tileGeometry(weight.tile.width, weight.tile.height, weight.tile.x, weight.tile.y);
    const { tilesPerRow } = weight;
    const read = (add: AddRow): BlockRowsFrame => readRows(visitRows, outFeatures, tile, tilesPerRow, add);
    const columns = tile.blocksPerRow * tile.blocksPerColumn * 64;
    return { kind: 'rows', tile, ...shared, ...encodedNode(jpeg, columns, tilesPerRow, read) };
  }
  const columns = Math.ceil(inFeatures / 8) * 8;
  const read = (add: AddRow): BlockRowsFrame => readMatrix(visitRows, columns, add);
  return { kind: 'matrix', ...shared, ...encodedNode(jpeg, columns, 8, read) };
}

/** Visits the block rows of the layer's JPEG. */
type VisitRows = (visit: BlockRowVisitor) => BlockRowsFrame;

/**
 * Receives one row of coefficients and, per part of it, 0 if all zero; both arrays are reused for the next row.
 */
type AddRow = (row: Int16Array, filled: Uint8Array) => void;

function encodedNode(
  bytes: Uint8Array,
  columns: number,
  rowsPerPart: number,
  read: (add: AddRow) => BlockRowsFrame,
): Pick<RowsNode, 'coefficients' | 'encoded' | 'quantization'> {
  const { coefficients, quantization } = readWhole(columns, read);
  const encoded: EncodedCoefficients = {
    bytes,
    rowsPerPart,
    columns,
    read,
    decode: () => readWhole(columns, read).coefficients,
  };
  return { coefficients, encoded, quantization };
}

/** A separate function, so that the closure `encoded` does not retain the builder's memory. */
function readWhole(
  columns: number,
  read: (add: AddRow) => BlockRowsFrame,
): Pick<RowsNode, 'coefficients' | 'quantization'> {
  const builder = new SparseBuilder(columns);
  const { quantization } = read((row, filled) => builder.addRow(row, filled));
  return { coefficients: builder.finish(), quantization };
}

function readRows(
  visitRows: VisitRows,
  tiles: number,
  tile: TileGeometry,
  tilesPerRow: number,
  add: AddRow,
): BlockRowsFrame {
  const sheet = contactSheet(tiles, tile, tilesPerRow);
  const columns = tile.blocksPerRow * tile.blocksPerColumn * 64;
  const blocks = tile.blocksPerRow * tile.blocksPerColumn;
  const tileRow = new Int16Array(sheet.tilesPerRow * columns);
  const tileFilled = new Uint8Array(sheet.tilesPerRow * blocks);
  const across = tile.blocksPerRow;
  return visitRows((blockRow, coefficients, filled) => {
    const rowInTile = blockRow % tile.blocksPerColumn;
    for (let t = 0; t < sheet.tilesPerRow; t++) {
      const block = t * blocks + rowInTile * across;
      tileRow.set(coefficients.subarray(t * across * 64, (t + 1) * across * 64), block * 64);
      for (let i = 0; i < across; i++) tileFilled[block + i] = filled[t * across + i];
    }
    if (rowInTile !== tile.blocksPerColumn - 1) return;
    const first = Math.floor(blockRow / tile.blocksPerColumn) * sheet.tilesPerRow;
    const count = Math.min(sheet.tilesPerRow, tiles - first);
    for (let t = 0; t < count; t++) {
      add(
        tileRow.subarray(t * columns, (t + 1) * columns),
        tileFilled.subarray(t * blocks, (t + 1) * blocks),
      );
    }
  });
}

function readMatrix(visitRows: VisitRows, columns: number, add: AddRow): BlockRowsFrame {
  const row = new Int16Array(columns);
  return visitRows((_blockRow, coefficients, filled) => {
    for (let v = 0; v < 8; v++) {
      for (let block = 0; block < columns / 8; block++) {
        const start = block * 64 + v * 8;
        row.set(coefficients.subarray(start, start + 8), block * 8);
      }
      add(row, filled);
    }
  });
}
