import type { GpuJsKernel } from '../gpujs.ts';
import { axisIndex, elementCount } from '../node.ts';
import { softmaxKernel } from './gpu.ts';

type Along = { readonly axis: number };

const softmax =
  (isLogarithm: number): GpuJsKernel<Along> =>
  ({ inputs: [shape], attributes: { axis } }) => {
    const along = axisIndex(axis, shape);
    const constants = { span: shape[along], inner: elementCount(shape.slice(along + 1)), isLogarithm };
    return [{ kernel: softmaxKernel, width: elementCount(shape), constants, reads: [0] }];
  };

export const kernel: GpuJsKernel<Along> = softmax(0);
export const logarithm: GpuJsKernel<Along> = softmax(1);
