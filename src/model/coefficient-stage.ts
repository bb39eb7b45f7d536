import { SparseBuilder } from '../../kernels/coefficient-multiply/sparse.ts';
import { visitBlockRows } from '../jpeg/index.ts';
import type { LinearSpec, MatrixTensor, RowsTensor } from '../wjz/manifest.ts';
import { contactSheet } from './contact-sheet.ts';
import { type MatrixStage, type RowsStage, tileGeometry } from './network.ts';
import type { WeightMap } from './sample-map.ts';

/**
 * Reads a layer's JPEG straight into the sparse form that the coefficient path multiplies with. At no time is more
 * than one row of tiles held undecoded, and no weight is ever computed. The picture's size must be the one that the
 * manifest implies; `readWjz` has checked it.
 */
export function coefficientStage(
  layer: LinearSpec & { readonly weight: RowsTensor | MatrixTensor },
  jpeg: Uint8Array,
  map: WeightMap,
  bias: Float32Array | null,
  relu: boolean,
): RowsStage | MatrixStage {
  const { name, inFeatures, outFeatures, weight } = layer;
  const shared = { name, inFeatures, outFeatures, bias, relu, scale: map.scale, offset: map.offset };
  return weight.arrangement === 'rows'
    ? { ...shared, ...readRows(layer, weight, jpeg) }
    : { ...shared, ...readMatrix(layer, jpeg) };
}

function readRows(
  layer: LinearSpec,
  weight: RowsTensor,
  jpeg: Uint8Array,
): Pick<RowsStage, 'kind' | 'tile' | 'coefficients' | 'quantization'> {
  const tile = tileGeometry(weight.tile.width, weight.tile.height, weight.tile.x, weight.tile.y);
  const sheet = contactSheet(layer.outFeatures, tile, weight.tilesPerRow);
  const columns = tile.blocksPerRow * tile.blocksPerColumn * 64;
  const builder = new SparseBuilder(columns);
  const tileRow = new Int16Array(sheet.tilesPerRow * columns);
  const run = tile.blocksPerRow * 64;
  const frame = visitBlockRows(jpeg, (blockRow, coefficients) => {
    const rowInTile = blockRow % tile.blocksPerColumn;
    for (let t = 0; t < sheet.tilesPerRow; t++) {
      tileRow.set(coefficients.subarray(t * run, (t + 1) * run), t * columns + rowInTile * run);
    }
    if (rowInTile !== tile.blocksPerColumn - 1) return;
    const first = Math.floor(blockRow / tile.blocksPerColumn) * sheet.tilesPerRow;
    const count = Math.min(sheet.tilesPerRow, layer.outFeatures - first);
    for (let t = 0; t < count; t++) builder.addRow(tileRow.subarray(t * columns, (t + 1) * columns));
  });
  return { kind: 'rows', tile, coefficients: builder.finish(), quantization: frame.quantization };
}

function readMatrix(
  layer: LinearSpec,
  jpeg: Uint8Array,
): Pick<MatrixStage, 'kind' | 'coefficients' | 'quantization'> {
  const blocksPerRow = Math.ceil(layer.inFeatures / 8);
  const builder = new SparseBuilder(blocksPerRow * 8);
  const row = new Int16Array(blocksPerRow * 8);
  const frame = visitBlockRows(jpeg, (_blockRow, coefficients) => {
    for (let v = 0; v < 8; v++) {
      for (let block = 0; block < blocksPerRow; block++) {
        const start = block * 64 + v * 8;
        row.set(coefficients.subarray(start, start + 8), block * 8);
      }
      builder.addRow(row);
    }
  });
  return { kind: 'matrix', coefficients: builder.finish(), quantization: frame.quantization };
}
