import type { GpuJsKernel } from '../gpujs.ts';
import { count } from '../node.ts';
import { softmaxKernel } from './gpu.ts';

export const kernel: GpuJsKernel<{ readonly axis: number }> = ({ inputs: [shape], attributes: { axis } }) => {
  const along = axis < 0 ? axis + shape.length : axis;
  const constants = { span: shape[along], inner: count(shape.slice(along + 1)) };
  return [{ kernel: softmaxKernel, width: count(shape), constants, reads: [0] }];
};
