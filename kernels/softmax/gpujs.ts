import type { GpuJsKernel } from '../gpujs.ts';
import { elementCount } from '../node.ts';
import { softmaxKernel } from './gpu.ts';

export const kernel: GpuJsKernel<{ readonly axis: number }> = ({ inputs: [shape], attributes: { axis } }) => {
  const along = axis < 0 ? axis + shape.length : axis;
  const constants = { span: shape[along], inner: elementCount(shape.slice(along + 1)) };
  return [{ kernel: softmaxKernel, width: elementCount(shape), constants, reads: [0] }];
};
