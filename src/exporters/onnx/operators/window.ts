import type { AveragePoolAttributes } from '../../../../kernels/average-pool/divisor.ts';
import { averageFactors } from '../../../../kernels/average-pool/factors.ts';
import type { PoolAttributes, WindowAttributes } from '../../../operators/window.ts';
import type { Export, ExportedNode } from '../node.ts';
import { kernelWeight, weight } from '../weights.ts';
import { type Attributes, ints } from '../writer.ts';

/** The least number of float32, which never is a maximum. */
const LEAST = -(2 - 2 ** -23) * 2 ** 127;

export const conv2d: Export<WindowAttributes & { readonly groups: number }> = (node) => {
  const { inputs, constants, kernels } = node.node;
  const { strides, pads, dilations, groups } = node.attributes;
  const { shape } = constants.weight;
  const stored = kernels
    ? kernelWeight(node, kernels)
    : weight(node, 'weight', shape, constants.weight.values);
  const bias = constants.bias ? [node.constant('bias', [shape[0]], constants.bias.values)] : [];
  return node.emit('Conv', [inputs[0], stored, ...bias], {
    kernel_shape: ints(shape.slice(2)),
    ...windowAttributes({ strides, pads, dilations }),
    group: BigInt(groups),
  });
};

/**
 * Windows that reach over the end (`ceilMode`) are written as padding: engines differ in what they make of them. Where padding
 * is as wide as the window without its dilation, which engines refuse, it is a node of its own.
 */
export const maxPool: Export<PoolAttributes> = (node) => {
  const { kernel, dilations, strides } = node.attributes;
  const pads = reachedPads(node);
  const isWide = pads.some((extent, side) => extent >= kernel[side % 2]);
  const input = isWide ? padded(node, pads) : node.node.inputs[0];
  return node.emit('MaxPool', [input], {
    kernel_shape: ints(kernel),
    ...windowAttributes({ strides, dilations, pads: isWide ? [0, 0, 0, 0] : pads }),
  });
};

/**
 * AveragePool, as far as opset 17 has it; the mean of windows that are dilated, or of which some reach over padding that counts, is
 * a sum, a convolution with ones, times 1 ÷ the number of elements that count.
 */
export const averagePool: Export<AveragePoolAttributes & PoolAttributes> = (node) => {
  const { kernel, strides, pads: own, dilations, countIncludePad } = node.attributes;
  const pads = reachedPads(node);
  const isPlain =
    dilations.every((step) => step === 1) &&
    pads.every((extent, side) => extent < kernel[side % 2]) &&
    (!countIncludePad || pads.join() === own.join());
  if (isPlain) {
    return node.emit('AveragePool', node.node.inputs, {
      kernel_shape: ints(kernel),
      strides: ints(strides),
      pads: ints(pads),
      count_include_pad: countIncludePad ? 1n : 0n,
    });
  }
  const [channels, ...map] = node.shape;
  const ones = new Float32Array(channels * kernel[0] * kernel[1]).fill(1);
  const sums = node.emit(
    'Conv',
    [node.node.inputs[0], node.constant('ones', [channels, 1, ...kernel], ones)],
    {
      kernel_shape: ints(kernel),
      ...windowAttributes({ strides, pads, dilations }),
      group: BigInt(channels),
    },
  );
  const factors = averageFactors({
    inputs: node.inputShapes,
    outputs: [node.shape],
    attributes: node.attributes,
    constants: {},
  });
  return node.emit('Mul', [sums, node.constant('factors', map, factors)]);
};

function windowAttributes({ strides, pads, dilations }: WindowAttributes): Attributes {
  return { strides: ints(strides), pads: ints(pads), dilations: ints(dilations) };
}

/** Pads with which every window lies on the padded map: no more after it than the last window reaches. */
function reachedPads({
  attributes,
  inputShapes: [extents],
  shape,
}: ExportedNode<PoolAttributes>): readonly number[] {
  const { kernel, strides, pads, dilations } = attributes;
  const after = [0, 1].map((axis) => {
    const reach = dilations[axis] * (kernel[axis] - 1) + 1;
    const reached = (shape[axis + 1] - 1) * strides[axis] + reach - extents[axis + 1] - pads[axis];
    return Math.max(pads[axis + 2], reached);
  });
  return [pads[0], pads[1], ...after];
}

/** The map with padding that never is the maximum. */
function padded(node: ExportedNode<PoolAttributes>, [top, left, bottom, right]: readonly number[]): string {
  const pads = node.integers('pads', [0, 0, top, left, 0, 0, bottom, right]);
  const least = node.constant('least', [], Float32Array.of(LEAST));
  return node.emit('Pad', [node.node.inputs[0], pads, least], { mode: 'constant' });
}
