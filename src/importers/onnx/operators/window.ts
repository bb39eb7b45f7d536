import { type ComputedValue, constantOf, type ImportedNode, UnsupportedForm } from '../node.ts';

interface Window {
  readonly strides: readonly number[];
  readonly pads: readonly number[];
  readonly dilations: readonly number[];
}

/** Strides, pads and dilations; `auto_pad` is resolved against the shape of the input. */
function readWindow(node: ImportedNode, kernel: readonly number[]): Window {
  const { shape } = node.batchFirst();
  if (shape.length !== 3 || kernel.length !== 2) throw new UnsupportedForm('is not two-dimensional');
  const strides = node.ints('strides') ?? [1, 1];
  const dilations = node.ints('dilations') ?? [1, 1];
  const automatic = node.text('auto_pad', 'NOTSET');
  if (automatic === 'NOTSET') return { strides, dilations, pads: node.ints('pads') ?? [0, 0, 0, 0] };
  if (automatic === 'VALID') return { strides, dilations, pads: [0, 0, 0, 0] };
  const totals = [0, 1].map((axis) => {
    const extent = shape[axis + 1];
    const reach = dilations[axis] * (kernel[axis] - 1) + 1;
    return Math.max(0, (Math.ceil(extent / strides[axis]) - 1) * strides[axis] + reach - extent);
  });
  const small = totals.map((total) => Math.floor(total / 2));
  const large = totals.map((total) => Math.ceil(total / 2));
  return {
    strides,
    dilations,
    pads: automatic === 'SAME_LOWER' ? [...large, ...small] : [...small, ...large],
  };
}

/** Conv. */
export function conv(node: ImportedNode): ComputedValue {
  const weight = constantOf(node.constant(1));
  const bias = node.inputs[2] === undefined ? undefined : constantOf(node.constant(2));
  const attributes = { ...readWindow(node, weight.shape.slice(2)), groups: node.int('group', 1) };
  return node.emit('conv2d', [node.value()], attributes, { weight, ...(bias && { bias }) });
}

/** MaxPool and AveragePool. */
export function pool(type: 'max-pool' | 'average-pool'): (node: ImportedNode) => ComputedValue {
  return (node) => {
    const kernel = node.ints('kernel_shape') ?? [];
    const common = { kernel, ...readWindow(node, kernel), ceilMode: node.int('ceil_mode', 0) !== 0 };
    const countIncludePad = node.int('count_include_pad', 0) !== 0;
    return node.emit(type, [node.value()], type === 'average-pool' ? { ...common, countIncludePad } : common);
  };
}
