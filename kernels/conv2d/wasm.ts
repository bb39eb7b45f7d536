import type { WasmBinding } from '../graph-wasm/binding.ts';
import { elementCount, type Precision } from '../node.ts';
import { bytesAhead, type FusedConv2dAttributes, lowest } from './attributes.ts';
import { type BlockRun, packBlocks } from './blocks.ts';
import { pairKernels } from './pairs.ts';
import { layPlanes, type Planes } from './planes.ts';
import { byteKernels } from './quads.ts';
import { MIN_CHANNELS, tileSize } from './tiling.ts';
import { wayOf } from './ways.ts';
import { winograd } from './winograd.ts';
import { bytesOfWords, quantiseMaps, type Words } from './words.ts';

/** Pixels that the kernel computes together: two vectors. */
const PIXELS = 8;
/** Bytes of input that one pass over all outputs may read: what stays in the first-level cache beside the weights. */
const BAND_BYTES = 2 ** 14;

/**
 * Dense kernels, pixels in the lanes: a channel that only meets itself by `depthwise`, all others four outputs at a time, from
 * zero-padded planes (planes.ts) or, where a kernel is one pixel, from the maps as they are.
 */
export const kernel: WasmBinding<FusedConv2dAttributes> = (node, place) => {
  const { kind, tile, precision } = wayOf(
    node.constants.weight.shape,
    node.attributes,
    node.outputs[0].slice(1),
    place,
  );
  switch (kind) {
    case 'depthwise':
      return depthwise(node, place);
    case 'tiles':
      return winograd(node, place, tile, precision);
    case 'thinned':
      return thinned(node, place, precision);
    case 'lines':
      return lines(node, place);
    default:
      // Without the instructions for bytes tiles of pairs are faster.
      if (precision === 'int8' && !hasBytes(place) && fitsTiles(node, place))
        return winograd(node, place, 2, precision);
      return direct(node, place, kind === 'pixels', precision);
  }
};

/**
 * Rows whose length is a multiple of four are written where they belong, a band of rows after another; in floats, or in words of
 * integers. `asOneRow`: maps as they are, nothing is padded.
 */
const direct = (node: Node, place: Place, asOneRow: boolean, precision: Precision): Step => {
  const {
    inputs: [input],
    outputs: [output],
    attributes,
    constants: { weight, bias },
  } = node;
  const { kernels } = place;
  const { groups } = attributes;
  const words = inWords(node, place, precision);
  const maps = words?.maps ?? input;
  const multiply = multiplication(kernels, lowest(attributes), words);
  const window = weight.shape.slice(2);
  const planes = layPlanes(maps, output, window, attributes, PIXELS, 0);
  const map = 4 * input[1] * input[2];
  const offset = asOneRow ? (channel: number) => channel * map : offsets(planes, window, words);
  const runs = packBlocks(place, words?.weight ?? weight, bias, groups, offset, words?.scale);
  const planeBytes = asOneRow ? 0 : planes.bytes;
  const address = place.work(planeBytes + (words ? bytesOfWords(maps) : 0));
  const [size, results] = [4 * elementCount(input), 4 * elementCount(output)];
  const stride = 4 * output[1] * output[2];
  const [rows, columns] = asOneRow ? [1, output[1] * output[2]] : [output[1], output[2]];
  // What all outputs read together is a band of rows, or of pixels.
  const perRow = (asOneRow ? 4 : planes.channel / input[1]) * maps[0];
  const band = asOneRow
    ? Math.max(PIXELS, Math.floor(BAND_BYTES / perRow / PIXELS) * PIXELS)
    : Math.max(1, Math.floor(BAND_BYTES / perRow));

  return ([from, added], [to], batch) => {
    const ahead = bytesAhead(to, added);
    const start = address();
    for (let image = 0; image < batch; image++, from += size, to += results) {
      let [source, unit] = [from, 1];
      if (words) {
        source = start + planeBytes;
        unit = quantiseMaps(kernels, input, words, from, source);
      }
      if (!asOneRow) {
        planes.copy(kernels, source, start);
        source = start;
        if (words?.inColumns) kernels.pairColumns(start, planes.sums / 4);
      }
      for (let first = 0; first < (asOneRow ? columns : rows); first += band) {
        const count = Math.min(band, (asOneRow ? columns : rows) - first);
        const at = source + first * (asOneRow ? 4 : planes.pitch);
        const target = to + 4 * first * (asOneRow ? 1 : columns);
        const [high, wide] = asOneRow ? [1, count] : [count, columns];
        for (const run of runs)
          multiply(run, at, target + run.first * stride, high, wide, planes.pitch, stride, ahead, unit);
      }
    }
  };
};

/** A kernel of one pixel with strides: of the pixels that it takes alone. */
const thinned = (node: Node, place: Place, precision: Precision): Step => {
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
    precision,
  );
  return ([from, added], [to], batch) => {
    const ahead = bytesAhead(to, added);
    for (let image = 0; image < batch; image++) {
      const source = from + 4 * image * channels * height * width;
      place.kernels.takeEvery(source, start(), channels, height, width, rows, columns, down, across);
      const target = to + 4 * image * outputs * rows * columns;
      run(ahead ? [start(), target + ahead] : [start()], [target], 1);
    }
  };
};

/** Whether the engine multiplies bytes: relaxed SIMD. */
function hasBytes({ kernels }: Place): boolean {
  return 'conv2dInt8' in kernels;
}

function fitsTiles({ attributes, inputs, outputs, constants }: Node, { isCompact }: Place): boolean {
  const tile = tileSize(constants.weight.shape, attributes, outputs[0].slice(1));
  return tile !== undefined && !isCompact && inputs[0][0] >= MIN_CHANNELS[2];
}

/** Kernels as words of integers; undefined where floats are multiplied. */
function inWords(
  { constants: { weight }, inputs: [input] }: Node,
  place: Place,
  precision: Precision,
): Words | undefined {
  if (precision === 'int8') return byteKernels(weight, input, hasBytes(place) ? 4 : 2);
  return precision === 'int16' ? pairKernels(weight, input) : undefined;
}

/** Where a tap lies: of pairs of columns every other one is taken. */
function offsets(planes: Planes, [, width]: readonly number[], words: Words | undefined): Planes['offset'] {
  if (!words?.inColumns) return planes.offset;
  const wide = words.weight.shape[3];
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
      for (const run of runs) multiply(run, start, sums + 4 * step * run.first, 1, step, 0, 4 * step, 0, 1);
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

/** The kernel `conv2d` for a run of blocks; `unit`: what a unit of words stands for. Arguments one by one: many calls are short. */
function multiplication(
  { conv2d, conv2dInt16, conv2dInt8 }: Place['kernels'],
  least: number,
  words?: Words,
): (
  run: BlockRun,
  planes: number,
  to: number,
  rows: number,
  columns: number,
  pitch: number,
  stride: number,
  ahead: number,
  unit: number,
) => void {
  if (!words)
    return ({ offsets, taps, weights, bias, outputs }, planes, to, rows, columns, pitch, stride, ahead) =>
      conv2d(planes, offsets, taps, weights, bias, to, outputs, rows, columns, pitch, stride, least, ahead);
  const multiply = words.perWord === 4 ? conv2dInt8 : conv2dInt16;
  return (run, planes, to, rows, columns, pitch, stride, ahead, unit) =>
    multiply(
      planes,
      run.offsets,
      run.taps,
      run.weights,
      run.bias,
      to,
      run.outputs,
      rows,
      columns,
      pitch,
      stride,
      least,
      ahead,
      run.scale,
      unit,
    );
}

type Binding = WasmBinding<FusedConv2dAttributes>;
type Node = Parameters<Binding>[0];
type Place = Parameters<Binding>[1];
type Step = ReturnType<Binding>;
