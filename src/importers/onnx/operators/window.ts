import { type ComputedValue, constantOf, type ImportedNode, UnsupportedForm } from '../node.ts';
import type { KnownTensor } from '../tensors.ts';
import { reshaped } from './layout.ts';

interface Window {
  readonly strides: readonly number[];
  readonly pads: readonly number[];
  readonly dilations: readonly number[];
}

/** Strides, pads and dilations; `auto_pad` is resolved against the extents of the input. */
function readWindow(node: ImportedNode, kernel: readonly number[], extents: readonly number[]): Window {
  const axes = kernel.map((_, axis) => axis);
  const strides = node.ints('strides') ?? axes.map(() => 1);
  const dilations = node.ints('dilations') ?? axes.map(() => 1);
  const none = [...axes, ...axes].map(() => 0);
  const automatic = node.text('auto_pad', 'NOTSET');
  if (automatic === 'NOTSET' || automatic === '')
    return { strides, dilations, pads: node.ints('pads') ?? none };
  if (automatic === 'VALID') return { strides, dilations, pads: none };
  const totals = axes.map((axis) => {
    const reach = dilations[axis] * (kernel[axis] - 1) + 1;
    return Math.max(
      0,
      (Math.ceil(extents[axis] / strides[axis]) - 1) * strides[axis] + reach - extents[axis],
    );
  });
  const small = totals.map((total) => Math.floor(total / 2));
  const large = totals.map((total) => Math.ceil(total / 2));
  const pads = automatic === 'SAME_LOWER' ? [...large, ...small] : [...small, ...large];
  return { strides, dilations, pads };
}

/** Runs a two-dimensional operator; a signal of channels × length is a map of one row to it. */
function onMaps(
  node: ImportedNode,
  value: ComputedValue,
  kernel: readonly number[],
  run: (map: ComputedValue, kernel: readonly number[], window: Window) => ComputedValue,
): ComputedValue {
  const { shape, batchAxis } = value;
  if (batchAxis !== 0) throw new UnsupportedForm('takes a value whose first axis is not the batch');
  if (kernel.length !== shape.length - 1 || (kernel.length !== 1 && kernel.length !== 2))
    throw new UnsupportedForm(`has windows of ${kernel.length} axes, expected 1 or 2`);
  const window = readWindow(node, kernel, shape.slice(1));
  if (kernel.length === 2) return run(value, kernel, window);
  const { strides, dilations, pads } = window;
  const [before, after] = pads;
  const map = reshaped(node, value, [shape[0], 1, shape[1]]);
  const result = run(map, [1, ...kernel], {
    strides: [1, ...strides],
    dilations: [1, ...dilations],
    pads: [0, before, 0, after],
  });
  return reshaped(node, result, [result.shape[0], result.shape[2]]);
}

/** Conv. */
export function conv(node: ImportedNode): ComputedValue {
  return convolve(node, node.value(), node.constant(1), node.inputs[2] && node.constant(2));
}

/** A convolution with weights of outputs × inputs of a group × kernel. */
export function convolve(
  node: ImportedNode,
  value: ComputedValue,
  weight: KnownTensor,
  bias?: KnownTensor,
): ComputedValue {
  const [outputs, inputs, ...kernel] = weight.shape;
  return onMaps(node, value, kernel, (map, taps, window) =>
    node.emit(
      'conv2d',
      [map],
      { ...window, groups: node.int('group', 1) },
      { weight: constantOf(weight, [outputs, inputs, ...taps]), ...(bias && { bias: constantOf(bias) }) },
    ),
  );
}

/** MaxPool and AveragePool. */
export function pool(type: 'max-pool' | 'average-pool'): (node: ImportedNode) => ComputedValue {
  return (node) =>
    onMaps(node, node.value(), node.ints('kernel_shape') ?? [], (map, kernel, window) => {
      const common = { kernel, ...window, ceilMode: node.int('ceil_mode', 0) !== 0 };
      const countIncludePad = node.int('count_include_pad', 0) !== 0;
      return node.emit(type, [map], type === 'average-pool' ? { ...common, countIncludePad } : common);
    });
}
