import { ADD_UP_PARTS, FINISH, header } from '../wgsl.ts';
import { DENSE_PARAMETERS, denseBuffers, fourFunction } from './weights.ts';

/**
 * y = W·x for few images, then scale, offset, bias and ReLU. PARTS threads of SPLITS workgroups share a row, four weights
 * at a time: neighbours read neighbouring weights, and every weight is read once.
 * Shapes: inputs [I][lanes], sums [lanes] → [O][lanes].
 */
export function denseRowsSource(vector: boolean, int8: boolean): string {
  return `${header(vector, DENSE_PARAMETERS, {
    ...denseBuffers(int8),
    rowData: 'array<f32>',
    inputs: 'array<V>',
    sums: 'array<V>',
    outputs: 'array<V>',
  })}
override LANES: u32 = 1u;
override PARTS: u32 = 1u;
override ROWS: u32 = 1u;
override SPLITS: u32 = 1u;
${FINISH}
${ADD_UP_PARTS}
${fourFunction(int8)}

@compute @workgroup_size(LANES, PARTS, ROWS)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_id) local: vec3u,
) {
  let index = workgroupIndex(group, groups);
  let split = index % SPLITS;
  let row = index / SPLITS * ROWS + local.z;
  let lane = group.x * LANES + local.x;
  let inside = row < parameters.rows && lane < call.lanes;
  var sum = V(0);
  if (inside) {
    for (var q = split * PARTS + local.y; q * 4u < parameters.columns; q += PARTS * SPLITS) {
      let weights = four(row, q);
      for (var j = 0u; j < 4u; j++) {
        if (q * 4u + j < parameters.columns) {
          sum += weights[j] * inputs[(q * 4u + j) * call.lanes + lane];
        }
      }
    }
  }
  sum = addUpParts(sum, local.x, local.y, local.z);
  if (inside && local.y == 0u) {
    if (SPLITS > 1u) {
      outputs[(split * parameters.rows + row) * call.lanes + lane] = sum;
    } else {
      outputs[row * call.lanes + lane] = finish(row, sum, lane);
    }
  }
}
`;
}
