import { attributes } from '../attributes.ts';
import type { Operator } from '../operator.ts';
import { misfit, POOL_FIELDS, type PoolAttributes, requireFeatureMap, windowOutput } from '../window.ts';

/** The maximum of each window, as in ONNX; padding never is the maximum. */
export const maxPool: Operator<PoolAttributes> = {
  type: 'max-pool',
  inputs: [1, 1],
  rounding: 'none',
  attributes: attributes(POOL_FIELDS),
  infer({ inputs: [shape], attributes }) {
    requireFeatureMap(shape);
    requireElements(attributes);
    return [[shape[0], ...windowOutput(shape, attributes.kernel, attributes, attributes.ceilMode)]];
  },
};

/** Each window must have an element that is not padding. */
export function requireElements({ kernel, pads, dilations }: PoolAttributes): void {
  const fits = [0, 1].every((axis) => {
    const reach = dilations[axis] * (kernel[axis] - 1) + 1;
    return pads[axis] < reach && pads[axis + 2] < reach;
  });
  if (!fits) throw misfit(`pads [${pads.join(', ')}] are not smaller than the window of ${kernel.join('×')}`);
}
