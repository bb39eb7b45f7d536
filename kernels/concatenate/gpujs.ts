import { copyKernel } from '../elementwise/gpu.ts';
import type { GpuJsKernel } from '../gpujs.ts';
import { axisIndex, elementCount } from '../node.ts';
import { concatenateKernel } from './gpu.ts';

export const kernel: GpuJsKernel<{ readonly axis: number }> = ({
  inputs,
  outputs: [shape],
  attributes: { axis },
}) => {
  const along = axisIndex(axis, shape);
  const outer = elementCount(shape.slice(0, along));
  const lengths = inputs.map((extents) => elementCount(extents.slice(along)));
  if (inputs.length === 1)
    return [{ kernel: copyKernel, width: elementCount(shape), constants: {}, reads: [0] }];
  let left = lengths[0];
  return lengths.slice(1).map((right, index) => {
    const total = left + right;
    const constants = { left, right, total };
    left = total;
    return {
      kernel: concatenateKernel,
      width: outer * total,
      constants,
      reads: [index === 0 ? 0 : 'previous', index + 1] as const,
    };
  });
};
