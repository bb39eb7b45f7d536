import type { WasmPlace, WasmStep } from '../graph-wasm/binding.ts';
import { elementCount, type KernelNode } from '../node.ts';
import { type FusedConv2dAttributes, lowest } from './attributes.ts';
import { bytesOfPairs, half16, quantiseMaps, quantiseRows } from './pairs.ts';
import { layPlanes } from './planes.ts';

/** Channels from which transforms cost little beside what they save. */
const MIN_CHANNELS = 8;
/** Outputs that the kernel multiplies together. */
const OUTPUTS = 4;
/** Places of a transformed tile. */
const PLACES = 16;
/** Bytes of transformed tiles that are multiplied together: what stays near the first-level cache. */
const BAND_BYTES = 2 ** 16;
/** Largest magnitude of inputs as int16: a tile's sums and differences are four times as large. */
const MAX_RANGE = 2 ** 13 - 1;

/** Whether a convolution is one of 3×3 without strides and groups, on maps of whole tiles. */
export function suitsWinograd({
  inputs: [[channels]],
  outputs: [[outputs, rows, columns]],
  attributes: { strides, dilations, groups },
  constants: { weight },
}: KernelNode<FusedConv2dAttributes>): boolean {
  const form = [...weight.shape.slice(2), ...strides, ...dilations, groups, rows % 2, columns % 2];
  return (
    form.join() === '3,3,1,1,1,1,1,0,0' && Math.min(channels, outputs) >= MIN_CHANNELS && rows * columns >= 16
  );
}

/**
 * F(2×2, 3×3) of Winograd: 16 multiplications for four outputs where the plain way takes 36. Tiles are in the lanes: at each of 16 places of a tile, inputs × outputs are multiplied as in a convolution of 1×1. In floats, or in pairs of int16 along the channels.
 */
export function winograd(
  {
    inputs: [input],
    outputs: [output],
    attributes,
    constants: { weight, bias },
  }: KernelNode<FusedConv2dAttributes>,
  place: WasmPlace,
): WasmStep {
  const { kernels, write, work } = place;
  const [channels] = input;
  const [outputs, height, width] = output;
  const [rows, columns] = [height / 2, width / 2];
  const pairs = place.precision === 'int16' ? packedPairs(weight.values, outputs, channels) : undefined;
  const maps = pairs ? [Math.ceil(channels / 2), input[1], input[2]] : input;
  // Even and odd columns apart: what neighbouring tiles read is neighbouring then.
  const planes = layPlanes(maps, output, [3, 3], { ...attributes, strides: [1, 2] }, 8, 0);
  const band = Math.min(
    rows,
    Math.max(
      1,
      Math.ceil(8 / columns),
      Math.floor(BAND_BYTES / (4 * PLACES * columns * (maps[0] + outputs))),
    ),
  );
  const line = 16 * Math.ceil((band * columns) / 4);
  const blocks = Math.ceil(outputs / OUTPUTS);
  const weights = write(pairs?.words ?? packed(weight.values, outputs, channels));
  const scales = pairs ? write(pairs.scale) : 0;
  const biases = write(bias?.values ?? new Float32Array(outputs));
  // A cache line more: places at multiples of 4 KiB would meet in the same lines of the first-level cache.
  const [before, after] = [maps[0] * line + 64, OUTPUTS * blocks * line + 64];
  const tileBytes = PLACES * (before + after);
  const address = work(planes.bytes + tileBytes + (pairs ? bytesOfPairs(maps) : 0));
  const least = lowest(attributes);
  const [size, results] = [4 * elementCount(input), 4 * elementCount(output)];
  const map = 4 * height * width;
  const [transform, multiply, transformBack] = pairs
    ? [kernels.winogradInputInt16, kernels.winogradMultiplyInt16, kernels.winogradOutputInt16]
    : [kernels.winogradInput, kernels.winogradMultiply, kernels.winogradOutput];

  return ([from], [to], batch) => {
    const start = address();
    const tiles = start + planes.bytes;
    const sums = tiles + PLACES * before;
    for (let image = 0; image < batch; image++) {
      let [source, unit] = [from + image * size, 1];
      if (pairs) {
        const words = tiles + tileBytes;
        unit = quantiseMaps(kernels, input, pairs.range, source, words);
        source = words;
      }
      planes.copy(kernels, source, start);
      for (let row = 0; row < rows; row += band) {
        const count = Math.min(band, rows - row);
        const lanes = 4 * Math.ceil((count * columns) / 4);
        const band0 = start + 2 * row * planes.pitch;
        transform(
          ...[band0, planes.channel / 2, planes.channel, planes.pitch, maps[0]],
          ...[count, columns, tiles, before, line],
        );
        multiply(tiles, before, weights, sums, after, maps[0], blocks, lanes, line);
        const target = to + image * results + 4 * 2 * row * width;
        transformBack(
          ...[sums, after, line, outputs, count, columns, biases, target, map, least],
          ...[scales, unit],
        );
      }
    }
  };
}

/** G·g·Gᵀ of kernels O × I × 3 × 3: places × blocks of four outputs × I × 4, zero beyond the last output. */
function packed(kernels: Float32Array, outputs: number, inputs: number): Float32Array {
  const blocks = Math.ceil(outputs / OUTPUTS);
  const weights = new Float32Array(PLACES * blocks * inputs * OUTPUTS);
  const transformed = transformKernels(kernels, outputs * inputs);
  for (let kernel = 0; kernel < outputs * inputs; kernel++) {
    const output = Math.floor(kernel / inputs);
    const lane = (Math.floor(output / OUTPUTS) * inputs + (kernel % inputs)) * OUTPUTS + (output % OUTPUTS);
    for (let place = 0; place < PLACES; place++)
      weights[place * blocks * inputs * OUTPUTS + lane] = transformed[PLACES * kernel + place];
  }
  return weights;
}

/**
 * The same as int16, two channels in a word: places × blocks × pairs × 4. A sum is that of the kernel's own taps, whatever happens between,
 * and of a tile's 9 places that make an output, each weight off by half a unit and each input four times as large.
 */
function packedPairs(
  kernels: Float32Array,
  outputs: number,
  inputs: number,
): { words: Uint32Array; scale: Float32Array; range: number } {
  const blocks = Math.ceil(outputs / OUTPUTS);
  const pairs = Math.ceil(inputs / 2);
  const transformed = transformKernels(kernels, outputs * inputs);
  const roundings = (9 / 2) * 4 * inputs;
  const { scale, range, integers } = quantiseRows(transformed, kernels, outputs, MAX_RANGE, roundings);
  const words = new Uint32Array(PLACES * blocks * pairs * OUTPUTS);
  for (let kernel = 0; kernel < outputs * inputs; kernel++) {
    const [output, input] = [Math.floor(kernel / inputs), kernel % inputs];
    const lane = (Math.floor(output / OUTPUTS) * pairs + (input >> 1)) * OUTPUTS + (output % OUTPUTS);
    for (let place = 0; place < PLACES; place++)
      words[place * blocks * pairs * OUTPUTS + lane] |= half16(integers[PLACES * kernel + place], input & 1);
  }
  return { words, scale, range };
}

/** G·g·Gᵀ of `count` kernels g of 3 × 3, 16 places each. */
export function transformKernels(kernels: Float32Array, count: number): Float64Array {
  return Float64Array.from({ length: PLACES * count }, (_, at) => {
    const [kernel, place] = [Math.floor(at / PLACES), at % PLACES];
    const [vertical, horizontal] = [G[Math.floor(place / 4)], G[place % 4]];
    let sum = 0;
    for (let tap = 0; tap < 9; tap++)
      sum += vertical[Math.floor(tap / 3)] * horizontal[tap % 3] * kernels[9 * kernel + tap];
    return sum;
  });
}

const G = [
  [1, 0, 0],
  [0.5, 0.5, 0.5],
  [0.5, -0.5, 0.5],
  [0, 0, 1],
];
