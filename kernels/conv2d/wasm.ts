import type { WasmBinding } from '../graph-wasm/binding.ts';
import { elementCount } from '../node.ts';
import { type FusedConv2dAttributes, lowest } from './attributes.ts';
import { type BlockRun, packBlocks } from './blocks.ts';
import { bytesOfPairs, type Pairs, pairKernels, quantiseMaps } from './pairs.ts';
import { layPlanes, type Planes } from './planes.ts';
import { MIN_CHANNELS, tileSize } from './tiling.ts';
import { winograd } from './winograd.ts';

/** Pixels that the kernel computes together: two vectors. */
const PIXELS = 8;
/** Bytes of input that one pass over all outputs may read: what stays in the first-level cache beside the weights. */
const BAND_BYTES = 2 ** 14;

/**
 * Dense kernels, pixels in the lanes: a channel that only meets itself by `depthwise`, all others four outputs at a time, from
 * zero-padded planes (planes.ts) or, where a kernel is one pixel, from the maps as they are.
 */
export const kernel: WasmBinding<FusedConv2dAttributes> = (node, place) => {
  const {
    inputs: [[channels, height, width]],
    outputs: [[outputs, rows, columns]],
    attributes: { groups, strides, pads },
    constants: { weight },
  } = node;
  if (groups === channels && groups === outputs) return depthwise(node, place);
  const tile = place.isCompact ? undefined : tileSize(weight.shape, node.attributes, [rows, columns]);
  if (tile) {
    // Sums of tiles of 4×4 would leave few bits of int16 to the inputs; tiles of 2×2 in pairs take a tenth less time.
    const isInt16 = place.precision === 'int16' && channels >= MIN_CHANNELS[2];
    return winograd(node, place, isInt16 ? 2 : tile, isInt16);
  }
  const isPixel = elementCount(weight.shape.slice(2)) === 1 && pads.join() === '0,0,0,0';
  if (isPixel && height * width > 0 && (rows * columns) % 4 === 0) {
    // Maps as one row: nothing is padded.
    return strides.join() === '1,1' ? direct(node, place, true) : thinned(node, place);
  }
  return columns % 4 === 0 ? direct(node, place, false) : lines(node, place);
};

/**
 * Rows whose length is a multiple of four are written where they belong, a band of rows after another; in floats, or in pairs of
 * int16.
 */
const direct = (node: Node, place: Place, asOneRow: boolean): Step => {
  const {
    inputs: [input],
    outputs: [output],
    attributes,
    constants: { weight, bias },
  } = node;
  const { kernels } = place;
  const { groups } = attributes;
  const pairs = inPairs(node, place) ? pairKernels(weight, input) : undefined;
  const maps = pairs?.maps ?? input;
  const multiply = multiplication(kernels, lowest(attributes), pairs);
  const window = weight.shape.slice(2);
  const planes = layPlanes(maps, output, window, attributes, PIXELS, 0);
  const map = 4 * input[1] * input[2];
  const offset = asOneRow ? (channel: number) => channel * map : offsets(planes, window, pairs);
  const runs = packBlocks(place, pairs?.weight ?? weight, bias, groups, offset, pairs?.scale);
  const planeBytes = asOneRow ? 0 : planes.bytes;
  const address = place.work(planeBytes + (pairs ? bytesOfPairs(maps) : 0));
  const [size, results] = [4 * elementCount(input), 4 * elementCount(output)];
  const stride = 4 * output[1] * output[2];
  const [rows, columns] = asOneRow ? [1, output[1] * output[2]] : [output[1], output[2]];
  // What all outputs read together is a band of rows, or of pixels.
  const perRow = (asOneRow ? 4 : planes.channel / input[1]) * maps[0];
  const band = asOneRow
    ? Math.max(PIXELS, Math.floor(BAND_BYTES / perRow / PIXELS) * PIXELS)
    : Math.max(1, Math.floor(BAND_BYTES / perRow));

  return ([from], [to], batch) => {
    const start = address();
    for (let image = 0; image < batch; image++, from += size, to += results) {
      let [source, unit] = [from, 1];
      if (pairs) {
        source = start + planeBytes;
        unit = quantiseMaps(kernels, input, pairs.range, from, source);
      }
      if (!asOneRow) {
        planes.copy(kernels, source, start);
        source = start;
        if (pairs?.inColumns) kernels.pairColumns(start, planes.sums / 4);
      }
      for (let first = 0; first < (asOneRow ? columns : rows); first += band) {
        const count = Math.min(band, (asOneRow ? columns : rows) - first);
        const at = source + first * (asOneRow ? 4 : planes.pitch);
        const target = to + 4 * first * (asOneRow ? 1 : columns);
        const [high, wide] = asOneRow ? [1, count] : [count, columns];
        for (const run of runs)
          multiply(run, at, target + run.first * stride, high, wide, planes.pitch, stride, unit);
      }
    }
  };
};

/** A kernel of one pixel with strides: of the pixels that it takes alone. */
const thinned = (node: Node, place: Place): Step => {
  const {
    inputs: [[channels, height, width]],
    outputs: [[outputs, rows, columns]],
    attributes,
  } = node;
  const [down, across] = attributes.strides;
  const taken = [channels, rows, columns];
  const bytes = 4 * elementCount(taken) + 16;
  let start = (): number => 0;
  const run = direct(
    { ...node, inputs: [taken], attributes: { ...attributes, strides: [1, 1] } },
    {
      ...place,
      work: (more) => {
        start = place.work(bytes + more);
        return () => start() + bytes;
      },
    },
    true,
  );
  return ([from], [to], batch) => {
    for (let image = 0; image < batch; image++) {
      const source = from + 4 * image * channels * height * width;
      place.kernels.takeEvery(source, start(), channels, height, width, rows, columns, down, across);
      run([start()], [to + 4 * image * outputs * rows * columns], 1);
    }
  };
};

/** Whether a convolution is multiplied in pairs of int16: neighbours of a single channel have to lie in one plane. */
function inPairs({ attributes, inputs: [[channels]] }: Node, { precision }: Place): boolean {
  const { groups, strides, dilations } = attributes;
  return precision === 'int16' && groups === 1 && (channels > 1 || (strides[1] === 1 && dilations[1] === 1));
}

/** Where a tap lies: of pairs of columns every other one is taken. */
function offsets(planes: Planes, [, width]: readonly number[], pairs: Pairs | undefined): Planes['offset'] {
  if (!pairs?.inColumns) return planes.offset;
  const wide = pairs.weight.shape[3];
  return (channel, tap) => planes.offset(channel, Math.floor(tap / wide) * width + 2 * (tap % wide));
}

/** Rows of any length: over the planes of a group of images as over one line; what lies between rows is computed and not kept. */
const lines = ({ inputs: [input], outputs: [output], attributes, constants }: Node, place: Place): Step => {
  const { kernels } = place;
  const { weight, bias } = constants;
  const [outputs] = output;
  const multiply = multiplication(kernels, lowest(attributes));
  const planes = layPlanes(input, output, weight.shape.slice(2), attributes, PIXELS, outputs);
  const runs = packBlocks(place, weight, bias, attributes.groups, planes.offset);
  const address = place.work(planes.bytes);
  return ([from], [to], batch) =>
    planes.run(kernels, address(), { from, to }, batch, (start, sums, step, keep) => {
      for (const run of runs) multiply(run, start, sums + 4 * step * run.first, 1, step, 0, 4 * step, 1);
      keep(0, outputs);
    });
};

const depthwise = (
  { inputs: [input], outputs: [output], attributes, constants: { weight, bias } }: Node,
  { kernels, write, work }: Place,
): Step => {
  const window = weight.shape.slice(2);
  const least = lowest(attributes);
  const planes = layPlanes(input, output, window, attributes, PIXELS, 0);
  const taps = elementCount(window);
  const weights = write(weight.values);
  const biases = write(bias?.values ?? new Float32Array(output[0]));
  const offsets = write(Uint32Array.from({ length: taps }, (_, tap) => planes.offset(0, tap)));
  const address = work(planes.bytes);
  const [size, maps] = [4 * elementCount(input), 4 * elementCount(output)];
  return ([from], [to], batch) => {
    const start = address();
    for (let image = 0; image < batch; image++) {
      planes.copy(kernels, from + image * size, start);
      kernels.depthwise(
        ...[start, planes.channel, output[0], offsets, taps, weights, biases, to + image * maps],
        ...[output[1], output[2], planes.pitch, least],
      );
    }
  };
};

/** The kernel `conv2d` for a run of blocks; `unit`: what a unit of pairs stands for. Arguments one by one: many calls are short. */
function multiplication(
  { conv2d, conv2dInt16 }: Place['kernels'],
  least: number,
  pairs?: Pairs,
): (
  run: BlockRun,
  planes: number,
  to: number,
  rows: number,
  columns: number,
  pitch: number,
  stride: number,
  unit: number,
) => void {
  if (pairs)
    return (
      { offsets, taps, weights, bias, scale, outputs },
      planes,
      to,
      rows,
      columns,
      pitch,
      stride,
      unit,
    ) =>
      conv2dInt16(
        planes,
        offsets,
        taps,
        weights,
        bias,
        to,
        outputs,
        rows,
        columns,
        pitch,
        stride,
        least,
        scale,
        unit,
      );
  return ({ offsets, taps, weights, bias, outputs }, planes, to, rows, columns, pitch, stride) =>
    conv2d(planes, offsets, taps, weights, bias, to, outputs, rows, columns, pitch, stride, least);
}

type Binding = WasmBinding<FusedConv2dAttributes>;
type Node = Parameters<Binding>[0];
type Place = Parameters<Binding>[1];
type Step = ReturnType<Binding>;
