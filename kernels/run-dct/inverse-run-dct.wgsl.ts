import {
  BASIS,
  FINISH,
  header,
  packFinish,
  packParameters,
  planOutputs,
  type RowFinish,
  type WgslStep,
} from '../wgsl.ts';

/**
 * Inverse 8-point DCT on runs of 8, then scale, offset, bias and ReLU; a thread for each output.
 * Shapes: transformed [8·⌈O ÷ 8⌉][lanes], sums [lanes] → [O][lanes].
 */
const source = (vector: boolean): string => `${header(vector, 'finish: Finish, outFeatures: u32', {
  basis: 'array<f32>',
  rowData: 'array<f32>',
  transformed: 'array<V>',
  sums: 'array<V>',
  outputs: 'array<V>',
})}
${FINISH}
override LANES: u32 = 1u;
override ITEMS: u32 = 1u;

@compute @workgroup_size(LANES, ITEMS)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_id) local: vec3u,
) {
  let row = workgroupIndex(group, groups) * ITEMS + local.y;
  let lane = group.x * LANES + local.x;
  if (row >= parameters.outFeatures || lane >= call.lanes) {
    return;
  }
  let start = row / 8u * 8u;
  let i = row % 8u;
  var sum = V(0);
  for (var v = 0u; v < 8u; v++) {
    sum += basis[v * 8u + i] * transformed[(start + v) * call.lanes + lane];
  }
  outputs[row * call.lanes + lane] = finish(row, sum, lane);
}
`;

export function inverseRunDctStep(outFeatures: number, finish: RowFinish): WgslStep {
  const { words, rowData } = packFinish(finish, outFeatures);
  return {
    name: 'inverse DCT of runs',
    source,
    parameters: packParameters([...words, outFeatures]),
    weights: [BASIS, rowData],
    readsSums: true,
    width: outFeatures,
    plan: (lanes) => planOutputs(outFeatures, lanes),
  };
}
