import type { TileGeometry } from '../../src/jpeg/dct/tile-geometry.ts';
import { BASIS, ceilPower, header, packParameters, type WgslStep } from '../wgsl.ts';

/**
 * Block DCT (T.81 A.3.3, orthonormal): one workgroup per block and up to LANES lanes, one thread per coefficient;
 * samples and half-transformed samples are kept in workgroup memory.
 * Shapes: pictures [I][lanes] → [K][lanes], blocks in raster order, natural order inside a block.
 */
const source = (vector: boolean): string => `${header(
  vector,
  'width: u32, height: u32, left: u32, top: u32, blocksPerRow: u32, blocks: u32',
  { basis: 'array<f32>', pictures: 'array<V>', coefficients: 'array<V>' },
)}
override LANES: u32 = 1u;
var<workgroup> samples: array<V, LANES * 64u>;
var<workgroup> halves: array<V, LANES * 64u>;

@compute @workgroup_size(LANES, 64)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_id) local: vec3u,
) {
  let block = workgroupIndex(group, groups);
  if (block >= parameters.blocks) {
    return;
  }
  let lane = group.x * LANES + local.x;
  let y = local.y / 8u;
  let x = local.y % 8u;
  // Wraps around where the block begins outside the picture, and is then not below the size.
  let row = block / parameters.blocksPerRow * 8u + y - parameters.top;
  let column = block % parameters.blocksPerRow * 8u + x - parameters.left;
  var sample = V(0);
  if (lane < call.lanes && row < parameters.height && column < parameters.width) {
    sample = pictures[(row * parameters.width + column) * call.lanes + lane];
  }
  samples[local.y * LANES + local.x] = sample;
  workgroupBarrier();

  // Along rows: x is a horizontal frequency from here on.
  var half = V(0);
  for (var i = 0u; i < 8u; i++) {
    half += basis[x * 8u + i] * samples[(y * 8u + i) * LANES + local.x];
  }
  halves[local.y * LANES + local.x] = half;
  workgroupBarrier();

  // Along columns: y is a vertical frequency.
  var sum = V(0);
  for (var i = 0u; i < 8u; i++) {
    sum += basis[y * 8u + i] * halves[(i * 8u + x) * LANES + local.x];
  }
  if (lane < call.lanes) {
    coefficients[(block * 64u + local.y) * call.lanes + lane] = sum;
  }
}
`;

/** 64 threads per lane: four lanes make 256 threads, which every device supports. */
const MAX_LANES = 4;

export function blockDctStep({ width, height, x, y, blocksPerRow, blocksPerColumn }: TileGeometry): WgslStep {
  const blocks = blocksPerRow * blocksPerColumn;
  return {
    name: 'block DCT',
    source,
    parameters: packParameters([width, height, x, y, blocksPerRow, blocks]),
    weights: [BASIS],
    readsSums: false,
    width: blocks * 64,
    plan: (lanes) => {
      const laneCount = Math.min(MAX_LANES, ceilPower(lanes));
      return {
        constants: { LANES: laneCount },
        laneGroups: Math.ceil(lanes / laneCount),
        itemGroups: blocks,
        splits: 1,
      };
    },
  };
}
