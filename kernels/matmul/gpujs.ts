import type { GpuJsKernel } from '../gpujs.ts';
import { elementCount, type KernelConstant } from '../node.ts';
import { matmulKernel, matmulWeightKernel } from './gpu.ts';
import { matricesOf, transposedWeight } from './matrices.ts';

export const kernel: GpuJsKernel<object> = (node) => {
  const { weight } = node.constants as { weight?: KernelConstant };
  const width = elementCount(node.outputs[0]);
  if (weight) {
    const [columns, inner] = weight.shape;
    const constants = { weight: transposedWeight(weight), inner, columns };
    return [{ kernel: matmulWeightKernel, width, constants, reads: [0] }];
  }
  const { rows, inner, columns, left, right } = matricesOf(node);
  const constants = {
    lefts: Float32Array.from(left),
    rights: Float32Array.from(right),
    rows,
    inner,
    columns,
  };
  return [{ kernel: matmulKernel, width, constants, reads: [0, 1] }];
};
