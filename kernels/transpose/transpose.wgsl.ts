import { header, packParameters, type WgslPlan, type WgslStep } from '../wgsl.ts';

/**
 * Converts between the callers' order [images][features] and the kernels' [features][images], in tiles of 16 × 16
 * in workgroup memory, so that both sides are accessed contiguously. Images that only pad a lane are zero.
 */
const source = (): string => `${header(false, 'features: u32, toCaller: u32', {
  inputs: 'array<f32>',
  outputs: 'array<f32>',
})}
// One more column than needed, so that the threads of a column access different memory banks.
var<workgroup> tile: array<f32, 16u * 17u>;

@compute @workgroup_size(16, 16)
fn main(
  @builtin(workgroup_id) group: vec3u,
  @builtin(num_workgroups) groups: vec3u,
  @builtin(local_invocation_id) local: vec3u,
) {
  let toCaller = parameters.toCaller != 0u;
  let firstFeature = workgroupIndex(group, groups) * 16u;
  let firstImage = group.x * 16u;
  // Neighbouring threads read neighbouring addresses.
  var feature = firstFeature + select(local.x, local.y, toCaller);
  var image = firstImage + select(local.y, local.x, toCaller);
  var value = 0.0;
  if (feature < parameters.features && image < call.images) {
    value = inputs[select(image * parameters.features + feature, feature * call.paddedImages + image, toCaller)];
  }
  tile[local.y * 17u + local.x] = value;
  workgroupBarrier();
  feature = firstFeature + select(local.y, local.x, toCaller);
  image = firstImage + select(local.x, local.y, toCaller);
  let last = select(call.paddedImages, call.images, toCaller);
  if (feature < parameters.features && image < last) {
    outputs[select(feature * call.paddedImages + image, image * parameters.features + feature, toCaller)] =
      tile[local.x * 17u + local.y];
  }
}
`;

/** `direction`: to the kernels' order, or back to the callers'. */
export function transposeStep(features: number, direction: 'to kernels' | 'to caller'): WgslStep {
  return {
    name: `transpose ${direction}`,
    source,
    parameters: packParameters([features, direction === 'to caller' ? 1 : 0]),
    weights: [],
    readsSums: false,
    width: features,
    plan: (lanes): WgslPlan => ({
      constants: {},
      // A lane is always four images here: single images are never transposed.
      laneGroups: Math.ceil(lanes / 4),
      itemGroups: Math.ceil(features / 16),
      splits: 1,
    }),
  };
}
