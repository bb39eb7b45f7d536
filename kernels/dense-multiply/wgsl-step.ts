import { partSumStep } from '../part-sum/part-sum.wgsl.ts';
import {
  ENOUGH_THREADS,
  packEpilogue,
  planRows,
  type RowEpilogue,
  type WgslPlan,
  type WgslStep,
} from '../wgsl.ts';
import { denseRowsSource } from './rows.wgsl.ts';
import { denseTilesSource, TILE_COLUMNS, TILE_LANES, TILE_ROWS } from './tiles.wgsl.ts';
import { type DenseWeights, denseArrays, denseParameters } from './weights.ts';

/** Up to 16 images, one row at a time; above that, a tile of 64 images wastes less than it saves. */
const MAX_LANES_BY_ROW = 4;

/** y = scale·W·x + offset·Σx + bias, then ReLU, with the kernel that fits the number of images. */
export function denseMultiplyStep(weights: DenseWeights, rowEpilogue: RowEpilogue): WgslStep {
  const { rows, columns } = weights;
  const int8 = weights.quantization !== undefined;
  const epilogue = packEpilogue(rowEpilogue, rows);
  const plan = (lanes: number): WgslPlan =>
    lanes > MAX_LANES_BY_ROW
      ? planTiles(rows, columns, lanes)
      : planRows(rows, lanes, Math.ceil(columns / 4));
  return {
    name: int8 ? 'dense multiply, int8' : 'dense multiply',
    source: (vector, lanes) =>
      lanes > MAX_LANES_BY_ROW ? denseTilesSource(int8) : denseRowsSource(vector, int8),
    parameters: denseParameters(weights, epilogue),
    weights: [...denseArrays(weights), epilogue.rowData],
    readsSums: true,
    width: rows,
    plan,
    partSum: partSumStep(rows, epilogue, (lanes) => plan(lanes).splits),
  };
}

function planTiles(rows: number, columns: number, lanes: number): WgslPlan {
  const laneGroups = Math.ceil(lanes / TILE_LANES);
  const rowGroups = Math.ceil(rows / TILE_ROWS);
  const threads = laneGroups * rowGroups * TILE_LANES * (TILE_ROWS / 4);
  // At min four steps along the columns per workgroup, or the second kernel does not pay off.
  const splits = Math.max(1, Math.floor(Math.min(ENOUGH_THREADS / threads, columns / (4 * TILE_COLUMNS))));
  return { constants: { SPLITS: splits }, laneGroups, itemGroups: rowGroups * splits, splits };
}
