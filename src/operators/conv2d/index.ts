import { elementCount, formatShape } from '../../graph/shape.ts';
import { integer } from '../../options/structure.ts';
import { attributes } from '../attributes.ts';
import type { Operator } from '../operator.ts';
import { shapeError } from '../shape-error.ts';
import { requireFeatureMap, WINDOW_FIELDS, type WindowAttributes, windowOutput } from '../window.ts';

/**
 * Convolution as in ONNX (cross-correlation): y[o, p] = bias[o] + Σ weight[o, i, t]·x[i, p·stride + t·dilation − pad] over the
 * input channels i of the group of o and the taps t. The constant `weight` is output channels × input channels of a group ×
 * kernel height × kernel width; `bias` has one number per output channel.
 */
export const conv2d: Operator<WindowAttributes & { readonly groups: number }> = {
  type: 'conv2d',
  inputs: [1, 1],
  constants: { weight: 'required', bias: 'optional' },
  kernels: 'weight',
  attributes: attributes({ ...WINDOW_FIELDS, groups: [integer(1, 2 ** 16), 1] }),
  infer({ inputs: [shape], attributes, constants: { weight, bias } }) {
    requireFeatureMap(shape);
    const { groups } = attributes;
    if (weight?.shape.length !== 4) {
      throw shapeError(
        `'weight' ${weight ? `has shape ${formatShape(weight.shape)}` : 'is missing'}, expected O×I×H×W`,
      );
    }
    const [outputs, perGroup, ...kernel] = weight.shape;
    if (perGroup * groups !== shape[0] || outputs % groups !== 0) {
      throw shapeError(
        `'weight' of ${formatShape(weight.shape)} in ${groups} groups does not fit ${shape[0]} input channels`,
      );
    }
    if (bias !== undefined && elementCount(bias.shape) !== outputs) {
      throw shapeError(
        `'bias' has shape ${formatShape(bias.shape)}, expected one number per output channel, ${outputs}`,
      );
    }
    return [[outputs, ...windowOutput(shape, kernel, attributes)]];
  },
};
