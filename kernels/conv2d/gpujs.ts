import type { GpuJsKernel } from '../gpujs.ts';
import { elementCount } from '../node.ts';
import type { Conv2dAttributes } from './attributes.ts';
import { conv2dKernel } from './gpu.ts';

export const kernel: GpuJsKernel<Conv2dAttributes> = ({
  inputs: [[, height, columns]],
  outputs: [shape],
  attributes: { strides, pads, dilations, groups },
  constants: { weight, bias },
}) => {
  const [outputs, rows, across] = shape;
  const [, perGroup, kernelHeight, kernelWidth] = weight.shape;
  const constants = {
    ...{ weight: weight.values, bias: bias?.values ?? new Float32Array(outputs) },
    ...{
      height,
      columns,
      rows,
      across,
      perGroup,
      perGroupOutputs: outputs / groups,
      kernelHeight,
      kernelWidth,
    },
    ...{ down: strides[0], stepX: strides[1], dilationY: dilations[0], dilationX: dilations[1] },
    ...{ top: pads[0], left: pads[1] },
  };
  return [{ kernel: conv2dKernel, width: elementCount(shape), constants, reads: [0] }];
};
