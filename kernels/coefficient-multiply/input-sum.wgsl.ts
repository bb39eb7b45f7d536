import { ADD_UP_PARTS, ceilPower, header, packParameters, type WgslStep } from '../wgsl.ts';

/**
 * Σx of each input from its DC coefficients: a block's DC is Σx ÷ 8, a run's is Σx ÷ √8. A workgroup has LANES lanes
 * and PARTS threads per lane, which share the blocks.
 * Shapes: inputs [K][lanes] → [lanes].
 */
const source = (vector: boolean): string => `${header(vector, 'factor: f32, step: u32, blocks: u32', {
  inputs: 'array<V>',
  outputs: 'array<V>',
})}
override LANES: u32 = 1u;
override PARTS: u32 = 1u;
const ROWS = 1u;
${ADD_UP_PARTS}

@compute @workgroup_size(LANES, PARTS)
fn main(@builtin(workgroup_id) group: vec3u, @builtin(local_invocation_id) local: vec3u) {
  let lane = group.x * LANES + local.x;
  var sum = V(0);
  if (lane < call.lanes) {
    for (var block = local.y; block < parameters.blocks; block += PARTS) {
      sum += inputs[block * parameters.step * call.lanes + lane];
    }
  }
  sum = addUpParts(sum, local.x, local.y, 0u);
  if (lane < call.lanes && local.y == 0u) {
    outputs[lane] = sum * parameters.factor;
  }
}
`;

const THREADS = 64;
/** Few lanes and many threads per lane: without rows, nothing else could fill the device. */
const MAX_LANES = 4;

export function inputSumStep(columns: number, layout: 'rows' | 'matrix'): WgslStep {
  const [step, factor] = layout === 'rows' ? [64, 8] : [8, Math.sqrt(8)];
  return {
    name: 'sum of inputs',
    source,
    parameters: packParameters([{ float: factor }, step, columns / step]),
    weights: [],
    readsSums: false,
    writesSums: true,
    width: 1,
    plan: (lanes) => {
      const laneCount = Math.min(MAX_LANES, ceilPower(lanes));
      return {
        constants: { LANES: laneCount, PARTS: THREADS / laneCount },
        laneGroups: Math.ceil(lanes / laneCount),
        itemGroups: 1,
        splits: 1,
      };
    },
  };
}
