import type { KernelCall } from '../../../kernels/train/kernels.ts';
import type { WindowAttributes } from '../../operators/window.ts';
import { gradientOf, gradientTarget, type NodeContext, type NodePlan } from './operator.ts';

/** Bytes of a float. */
const FLOAT = 4;
/** Zeros after each row of gradients, for vectors that reach over its end. */
const ROW_SLACK = 3;

/** One axis of a convolution. */
interface Axis {
  readonly extent: number;
  readonly out: number;
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  readonly pad: number;
  /** Extent of the planes that the padded input is split into, one per phase of the stride. */
  readonly part: number;
  /** The furthest a tap reaches, in elements of such a plane: zeros before the first gradient. */
  readonly reach: number;
}

function axis({ node, inputs: [shape], output }: NodeContext, kernel: number, which: 0 | 1): Axis {
  const { strides, pads, dilations } = node.attributes as WindowAttributes;
  const [extent, out] = [shape[which + 1], output[which + 1]];
  const [stride, dilation, pad] = [strides[which], dilations[which], pads[which]];
  const padded = extent + pad + pads[which + 2];
  const reach = Math.floor(((kernel - 1) * dilation) / stride);
  return {
    extent,
    out,
    kernel,
    stride,
    dilation,
    pad,
    part: Math.max(Math.ceil(padded / stride), out + reach),
    reach,
  };
}

/** A tap of the kernel along one axis: its phase, and how many elements of a part it reaches. */
function tap({ stride, dilation }: Axis, index: number): { readonly phase: number; readonly shift: number } {
  const at = index * dilation;
  return { phase: at % stride, shift: Math.floor(at / stride) };
}

/**
 * Convolution, as kernels/train/assembly/convolution.ts describes it. The gradient of the input is a convolution too: of the
 * output's gradient on zeros, by the weights of the taps that fall on a phase of the strides, one phase after another.
 */
export function conv2d(context: NodeContext): NodePlan {
  const {
    inputs: [shape],
    memory,
    images,
    weights,
    bias,
  } = context;
  const { sheet, gradients } = weights();
  const biases = bias();
  const [outputs, perGroup, kernelHeight, kernelWidth] = sheet.shape.shape;
  const groups = shape[0] / perGroup;
  const ofGroup = outputs / groups;
  const down = axis(context, kernelHeight, 0);
  const across = axis(context, kernelWidth, 1);
  const taps = kernelHeight * kernelWidth;
  const phases = down.stride * across.stride;
  const part = down.part * across.part;
  const inputImage = phases * part;
  const inputChannel = images * inputImage;
  const k = perGroup * taps;

  // Padded gradients: as many rows before the first as taps reach.
  const gradientRow = across.part + across.reach + ROW_SLACK;
  const gradientImage = (down.part + down.reach) * gradientRow;
  const gradientChannel = images * gradientImage;

  const place = (o: number, i: number, t: number): number => sheet.places[(o * perGroup + i) * taps + t];
  const tapsOf = Array.from({ length: taps }, (_, t) => {
    const [y, x] = [tap(down, Math.floor(t / kernelWidth)), tap(across, t % kernelWidth)];
    return { t, y, x, phase: y.phase * across.stride + x.phase };
  });

  const forwardTable = memory.table(
    Array.from({ length: perGroup }, (_, i) =>
      tapsOf.map(
        ({ y, x, phase }) => (i * inputChannel + phase * part + y.shift * across.part + x.shift) * FLOAT,
      ),
    ).flat(),
  );
  const prepare: KernelCall[] = [];
  /** Panels of four lines of `lines`, each of `depth` weights, for every group; the calls gather them. */
  const panels = (
    lines: number,
    depth: number,
    weight: (group: number, line: number, at: number) => number,
  ) => {
    const panelled = Math.ceil(lines / 4) * 4 * depth;
    const index = new Int32Array(groups * panelled).fill(-1);
    for (let group = 0; group < groups; group++) {
      for (let line = 0; line < lines; line++) {
        const from = group * panelled + Math.floor(line / 4) * 4 * depth + (line % 4);
        for (let at = 0; at < depth; at++) index[from + at * 4] = weight(group, line, at);
      }
    }
    const { address } = memory.buffer(index.length);
    prepare.push(['gather', index.length, memory.table(index).address, sheet.samples.address, address]);
    return (group: number): number => address + group * panelled * FLOAT;
  };
  const forwardPanels = panels(ofGroup, k, (group, o, at) =>
    place(group * ofGroup + o, Math.floor(at / taps), at % taps),
  );
  const backwardPhases = Array.from({ length: phases }, (_, phase) => {
    const own = tapsOf.filter((one) => one.phase === phase);
    const depth = ofGroup * own.length;
    if (depth === 0) return undefined;
    const table = memory.table(
      Array.from({ length: ofGroup }, (_, o) =>
        own.map(
          ({ y, x }) =>
            (o * gradientChannel + (down.reach - y.shift) * gradientRow + across.reach - x.shift) * FLOAT,
        ),
      ).flat(),
    );
    const paneled = panels(perGroup, depth, (group, i, at) =>
      place(group * ofGroup + Math.floor(at / own.length), i, own[at % own.length].t),
    );
    return { phase, depth, table, panels: paneled };
  }).filter((one) => one !== undefined);

  return {
    prepare,
    record(shard) {
      const {
        index,
        inputs: [input],
        output: result,
      } = shard;
      const { address: parts } = shard.memory.buffer(shape[0] * inputChannel);
      const outPlane = down.out * across.out;
      /** How planes of the input are split into parts, and their gradients put together. */
      const split = [
        shape[0] * images,
        down.extent,
        across.extent,
        down.pad,
        across.pad,
        down.stride,
        across.stride,
        down.part,
        across.part,
      ];
      const forward: KernelCall[] = [['splitPlanes', input.values.address, parts, ...split]];
      for (let group = 0; group < groups; group++) {
        forward.push([
          'convolve',
          ofGroup,
          k,
          forwardTable.address,
          forwardPanels(group),
          parts + group * perGroup * inputChannel * FLOAT,
          inputImage,
          across.part,
          images,
          down.out,
          across.out,
          result.values.address + group * ofGroup * images * outPlane * FLOAT,
          images * outPlane,
          outPlane,
          biases ? biases.values.address + group * ofGroup * FLOAT : 0,
          0,
        ]);
      }
      return { forward, backward };

      function backward(): KernelCall[] {
        const { address: dy } = gradientOf(shard);
        const { address: padded } = shard.memory.buffer(outputs * gradientChannel);
        const inner = padded + (down.reach * gradientRow + across.reach) * FLOAT;
        const calls: KernelCall[] = [
          [
            'splitPlanes',
            dy,
            padded,
            outputs * images,
            down.out,
            across.out,
            down.reach,
            across.reach,
            1,
            1,
            down.part + down.reach,
            gradientRow,
          ],
        ];
        for (let group = 0; group < groups; group++) {
          calls.push([
            'convolveWeights',
            ofGroup,
            k,
            forwardTable.address,
            parts + group * perGroup * inputChannel * FLOAT,
            inputImage,
            across.part,
            inner + group * ofGroup * gradientChannel * FLOAT,
            gradientChannel,
            gradientImage,
            gradientRow,
            images,
            down.out,
            across.out,
            gradients[index].address + group * ofGroup * k * FLOAT,
          ]);
        }
        if (biases)
          calls.push(['channelSums', outputs, images * outPlane, dy, biases.gradients[index].address]);
        const target = gradientTarget(input);
        if (target === undefined) return calls;
        // Without strides the gradient is computed where it is wanted; otherwise per phase, then put together.
        const isWhole = phases === 1;
        const plane = down.extent * across.extent;
        const { address: separate } = isWhole ? target : shard.memory.buffer(shape[0] * inputChannel);
        for (const { phase, depth, table, panels: own } of backwardPhases) {
          for (let group = 0; group < groups; group++) {
            const from = padded + group * ofGroup * gradientChannel * FLOAT;
            calls.push(
              isWhole
                ? [
                    'convolve',
                    perGroup,
                    depth,
                    table.address,
                    own(group),
                    from + (down.pad * gradientRow + across.pad) * FLOAT,
                    gradientImage,
                    gradientRow,
                    images,
                    down.extent,
                    across.extent,
                    target.address + group * perGroup * images * plane * FLOAT,
                    images * plane,
                    plane,
                    0,
                    target.add,
                  ]
                : [
                    'convolve',
                    perGroup,
                    depth,
                    table.address,
                    own(group),
                    from,
                    gradientImage,
                    gradientRow,
                    images,
                    down.part,
                    across.part,
                    separate + (group * perGroup * inputChannel + phase * part) * FLOAT,
                    inputChannel,
                    inputImage,
                    0,
                    0,
                  ],
            );
          }
        }
        if (!isWhole) {
          calls.push(['joinPlanes', separate, target.address, ...split, target.add]);
        }
        return calls;
      }
    },
  };
}
