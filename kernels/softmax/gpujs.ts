import type { GpuJsKernel } from '../gpujs.ts';
import { axisIndex, elementCount } from '../node.ts';
import { softmaxKernel } from './gpu.ts';

export const kernel: GpuJsKernel<{ readonly axis: number }> = ({ inputs: [shape], attributes: { axis } }) => {
  const along = axisIndex(axis, shape);
  const constants = { span: shape[along], inner: elementCount(shape.slice(along + 1)) };
  return [{ kernel: softmaxKernel, width: elementCount(shape), constants, reads: [0] }];
};
