import type { GpuJsKernel, GpuJsNodeStep } from '../gpujs.ts';
import { axisIndex, elementCount } from '../node.ts';
import { logSoftmaxKernel, softmaxKernel } from './gpu.ts';

type Along = { readonly axis: number };

const softmax =
  (kernel: GpuJsNodeStep['kernel']): GpuJsKernel<Along> =>
  ({ inputs: [shape], attributes: { axis } }) => {
    const along = axisIndex(axis, shape);
    const constants = { span: shape[along], inner: elementCount(shape.slice(along + 1)) };
    return [{ kernel, width: elementCount(shape), constants, reads: [0] }];
  };

export const kernel: GpuJsKernel<Along> = softmax(softmaxKernel);
export const logarithm: GpuJsKernel<Along> = softmax(logSoftmaxKernel);
