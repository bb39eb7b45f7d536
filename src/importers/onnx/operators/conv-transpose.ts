import type { Constant } from '../../../graph/graph.ts';
import { elementCount } from '../../../graph/shape.ts';
import { type ComputedValue, type ImportedNode, UnsupportedForm } from '../node.ts';
import type { KnownTensor } from '../tensors.ts';
import { reshaped } from './layout.ts';

/** One axis of a transposed convolution. */
interface Axis {
  readonly extent: number;
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  /** Elements cut off before the result, and how many the result has. */
  readonly cut: number;
  readonly size: number;
  /** Taps of the convolution for each of the `stride` phases, and elements that it pads behind the input. */
  readonly taps: number;
  readonly padAfter: number;
}

/**
 * ConvTranspose as the convolution that gives all phases of its strides as channels, which then become pixels (Shi et al. 2016,
 * "Is the deconvolution layer the same as a convolutional layer?"): no product with zeros put between elements is computed.
 */
export function convTranspose(node: ImportedNode): ComputedValue {
  const value = node.batchFirst();
  const weight = node.constant(1);
  const [inputs, perGroup, ...kernel] = weight.shape;
  if (kernel.length !== value.shape.length - 1 || (kernel.length !== 1 && kernel.length !== 2))
    throw new UnsupportedForm(`has windows of ${kernel.length} axes, expected 1 or 2`);
  const groups = node.int('group', 1);
  if (inputs !== value.shape[0] || inputs % groups !== 0)
    throw new UnsupportedForm(
      `has weights for ${inputs} channels in ${groups} groups, not ${value.shape[0]}`,
    );
  const own = readAxes(node, kernel, value.shape.slice(1));
  const [down, across] = own.length === 2 ? own : [NO_AXIS, own[0]];
  const map = own.length === 2 ? value : reshaped(node, value, [inputs, 1, across.extent]);
  const phases = node.emit(
    'conv2d',
    [map],
    { pads: [down.taps - 1, across.taps - 1, down.padAfter, across.padAfter], groups },
    {
      weight: phaseWeights(node, weight, groups, down, across),
      ...(node.inputs[2] && { bias: phaseBias(node, node.constant(2), down.stride * across.stride) }),
    },
  );
  const whole = toPixels(node, phases, perGroup * groups, down.stride, across.stride);
  const shape = [perGroup * groups, down.size, across.size];
  const cut =
    whole.shape.join() === shape.join()
      ? whole
      : node.emit('slice', [whole], { starts: [0, down.cut, across.cut], lengths: shape, steps: [1, 1, 1] });
  return own.length === 2 ? cut : reshaped(node, cut, [shape[0], shape[2]]);
}

/** The height of a signal of channels × length. */
const NO_AXIS: Axis = {
  ...{ extent: 1, kernel: 1, stride: 1, dilation: 1 },
  ...{ cut: 0, size: 1, taps: 1, padAfter: 0 },
};

function readAxes(
  node: ImportedNode,
  kernel: readonly number[],
  extents: readonly number[],
): readonly Axis[] {
  const rank = kernel.length;
  const strides = node.ints('strides') ?? kernel.map(() => 1);
  const dilations = node.ints('dilations') ?? kernel.map(() => 1);
  const added = node.ints('output_padding') ?? kernel.map(() => 0);
  const pads = node.ints('pads') ?? [...kernel, ...kernel].map(() => 0);
  const shape = node.ints('output_shape')?.slice(-rank);
  const automatic = node.text('auto_pad', 'NOTSET');
  const isSame = automatic.startsWith('SAME');
  return kernel.map((length, axis) => {
    const [stride, dilation, extent] = [strides[axis], dilations[axis], extents[axis]];
    const full = (extent - 1) * stride + dilation * (length - 1) + 1 + added[axis];
    const wanted = shape?.[axis] ?? (isSame ? extent * stride : undefined);
    // What is cut off is shared out; the odd element comes off the end, or off the start as long as the node does not say SAME_UPPER.
    const total = wanted === undefined ? 0 : full - wanted;
    const half = automatic === 'SAME_UPPER' ? Math.floor(total / 2) : Math.ceil(total / 2);
    const cut = wanted === undefined ? pads[axis] : half;
    const size = wanted ?? full - pads[axis] - pads[axis + rank];
    if (![stride, dilation, size].every((number) => number >= 1) || cut < 0)
      throw new UnsupportedForm(`gives ${size} elements of ${full}`);
    const places = Math.ceil((cut + size) / stride);
    const taps = Math.ceil((dilation * (length - 1) + 1) / stride);
    return {
      extent,
      kernel: length,
      stride,
      dilation,
      cut,
      size,
      taps,
      padAfter: Math.max(0, places - extent),
    };
  });
}

/**
 * Weights of inputs × outputs of a group × kernel as those of the convolution: (output, phase) × inputs of a group × taps. Element
 * t of the result is Σ x[t ÷ stride − tap]·w[tap·stride + t mod stride].
 */
function phaseWeights(
  node: ImportedNode,
  { shape: [inputs, perGroup], values }: KnownTensor,
  groups: number,
  down: Axis,
  across: Axis,
): Constant {
  const inGroup = inputs / groups;
  const phases = down.stride * across.stride;
  const shape = [groups * perGroup * phases, inGroup, down.taps, across.taps];
  node.reserve(elementCount(shape));
  const weights = new Float32Array(elementCount(shape));
  for (let at = 0; at < values.length; at++) {
    const x = (at % across.kernel) * across.dilation;
    const y = (Math.floor(at / across.kernel) % down.kernel) * down.dilation;
    const line = Math.floor(at / (across.kernel * down.kernel));
    const input = Math.floor(line / perGroup);
    const output = Math.floor(input / inGroup) * perGroup + (line % perGroup);
    const phase = (y % down.stride) * across.stride + (x % across.stride);
    const row = down.taps - 1 - Math.floor(y / down.stride);
    const column = across.taps - 1 - Math.floor(x / across.stride);
    const channel = (output * phases + phase) * inGroup + (input % inGroup);
    weights[(channel * down.taps + row) * across.taps + column] = values[at];
  }
  return { shape, values: weights };
}

function phaseBias(node: ImportedNode, { values }: KnownTensor, phases: number): Constant {
  node.reserve(values.length * phases);
  const spread = Float32Array.from(
    { length: values.length * phases },
    (_, at) => values[Math.floor(at / phases)],
  );
  return { shape: [spread.length], values: spread };
}

/** Channels (output, vertical phase, horizontal phase) become pixels. */
function toPixels(
  node: ImportedNode,
  value: ComputedValue,
  outputs: number,
  down: number,
  across: number,
): ComputedValue {
  if (down * across === 1) return value;
  if (down === across) return node.emit('depth-to-space', [value], { blockSize: down, mode: 'CRD' });
  const [, rows, columns] = value.shape;
  const split = reshaped(node, value, [outputs, down, across, rows, columns]);
  const turned = node.emit('transpose', [split], { permutation: [0, 3, 1, 4, 2] });
  return reshaped(node, turned, [outputs, rows * down, columns * across]);
}
