import { FINISH, header } from '../wgsl.ts';
import { DENSE_PARAMETERS, denseBuffers, fourFunction } from './weights.ts';

/** Rows, and lanes of four images, of a tile; and columns that are in workgroup memory at a time. */
export const TILE_ROWS = 64;
export const TILE_LANES = 16;
export const TILE_COLUMNS = 16;

/**
 * y = W·x for many images, then scale, offset, bias and ReLU. A workgroup computes 64 rows of 64 images, a thread 4 × 4
 * of them in registers; 16 columns of weights and inputs at a time lie in workgroup memory, where each is used 64
 * times. SPLITS workgroups share the columns of a tile.
 * Shapes: inputs [I][lanes], sums [lanes] → [O][lanes], lanes of four.
 */
export function denseTilesSource(int8: boolean): string {
  return `${header(true, DENSE_PARAMETERS, {
    ...denseBuffers(int8),
    rowData: 'array<f32>',
    inputs: 'array<V>',
    sums: 'array<V>',
    outputs: 'array<V>',
  })}
override SPLITS: u32 = 1u;
${FINISH}
${fourFunction(int8)}
var<workgroup> weightTile: array<f32, ${TILE_COLUMNS * TILE_ROWS}>;
var<workgroup> inputTile: array<V, ${TILE_COLUMNS * TILE_LANES}>;

fn store(split: u32, row: u32, lane: u32, sum: V) {
  if (row >= parameters.rows || lane >= call.lanes) {
    return;
  }
  if (SPLITS > 1u) {
    outputs[(split * parameters.rows + row) * call.lanes + lane] = sum;
  } else {
    outputs[row * call.lanes + lane] = epilogue(row, sum, lane);
  }
}

@compute @workgroup_size(${TILE_LANES}, ${TILE_ROWS / 4})
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_id) local: vec3u,
  @builtin(local_invocation_index) thread: u32,
) {
  let index = workgroupIndex(group, groups);
  let split = index % SPLITS;
  let firstRow = index / SPLITS * ${TILE_ROWS}u;
  let lane = group.x * ${TILE_LANES}u + local.x;
  // What this thread brings into workgroup memory: four weights of one row, and one lane of one column.
  let weightRow = thread / 4u;
  let weightFour = thread % 4u;
  var sum0 = V(0);
  var sum1 = V(0);
  var sum2 = V(0);
  var sum3 = V(0);
  for (var first = split * ${TILE_COLUMNS}u; first < parameters.columns; first += SPLITS * ${TILE_COLUMNS}u) {
    var weights = vec4f(0);
    let column = first + weightFour * 4u;
    if (firstRow + weightRow < parameters.rows && column < parameters.columns) {
      weights = four(firstRow + weightRow, column / 4u);
    }
    for (var j = 0u; j < 4u; j++) {
      weightTile[(weightFour * 4u + j) * ${TILE_ROWS}u + weightRow] = weights[j];
    }
    var input = V(0);
    if (first + local.y < parameters.columns && lane < call.lanes) {
      input = inputs[(first + local.y) * call.lanes + lane];
    }
    inputTile[local.y * ${TILE_LANES}u + local.x] = input;
    workgroupBarrier();
    for (var k = 0u; k < ${TILE_COLUMNS}u; k++) {
      let value = inputTile[k * ${TILE_LANES}u + local.x];
      let at = k * ${TILE_ROWS}u + local.y * 4u;
      sum0 += weightTile[at] * value;
      sum1 += weightTile[at + 1u] * value;
      sum2 += weightTile[at + 2u] * value;
      sum3 += weightTile[at + 3u] * value;
    }
    workgroupBarrier();
  }
  let row = firstRow + local.y * 4u;
  store(split, row, lane, sum0);
  store(split, row + 1u, lane, sum1);
  store(split, row + 2u, lane, sum2);
  store(split, row + 3u, lane, sum3);
}
`;
}
