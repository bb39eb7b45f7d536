import type { GraphKernels, WasmPlace, WasmStep } from '../graph-wasm/binding.ts';
import { elementCount, type KernelConstant, type KernelNode, type Precision } from '../node.ts';
import { bytesAhead, type FusedConv2dAttributes, lowest } from './attributes.ts';
import { layPlanes } from './planes.ts';
import type { TileSize } from './winograd-matrices.ts';
import { OUTPUTS, packTileBytes, packTilePairs, packTiles, type TilePairs } from './winograd-weights.ts';
import { bytesOfWords, quantiseMaps } from './words.ts';

/** Bytes of transformed tiles that are multiplied together: what stays near the first-level cache. */
const BAND_BYTES = 2 ** 16;
/** Bytes of vectors that the transforms of tiles of 4×4 keep. */
const WORK_BYTES = 36 * 16;

/**
 * In tiles, which are in the lanes: 36 multiplications for 16 outputs, or 16 for four, where the plain way takes nine for each. At each
 * place of a tile, inputs × outputs are multiplied as in a convolution of 1×1. In floats, or in pairs of int16 along the channels.
 */
export function winograd(
  {
    inputs: [input],
    outputs: [output],
    attributes,
    constants: { weight, bias },
  }: KernelNode<FusedConv2dAttributes>,
  place: WasmPlace,
  tile: TileSize,
  precision: Precision,
): WasmStep {
  const { kernels, write, work } = place;
  const [channels] = input;
  const [outputs, height, width] = output;
  const [rows, columns] = [height / tile, width / tile];
  const places = (tile + 2) ** 2;
  const pairs = inPairs(weight, precision);
  const maps = pairs ? [Math.ceil(channels / 2), input[1], input[2]] : input;
  // Columns of a tile apart: what neighbouring tiles read is neighbouring then.
  const planes = layPlanes(maps, output, [3, 3], { ...attributes, strides: [1, tile] }, 8, 0);
  const fitting = Math.floor(BAND_BYTES / (4 * places * columns * (maps[0] + outputs)));
  const band = Math.min(rows, Math.max(1, Math.ceil(8 / columns), fitting));
  const line = 16 * Math.ceil((band * columns) / 4);
  const blocks = Math.ceil(outputs / OUTPUTS);
  const weights = write(pairs?.words ?? packTiles(weight.values, outputs, channels, tile));
  const scales = pairs ? write(pairs.scale) : 0;
  const biases = write(bias?.values ?? new Float32Array(outputs));
  // A cache line more: places at multiples of 4 KiB would meet in the same lines of the first-level cache.
  const [before, after] = [maps[0] * line + 64, OUTPUTS * blocks * line + 64];
  const tileBytes = places * (before + after);
  const address = work(planes.bytes + tileBytes + (pairs ? bytesOfWords(maps) : WORK_BYTES));
  const least = lowest(attributes);
  const [size, results] = [4 * elementCount(input), 4 * elementCount(output)];
  const map = 4 * height * width;
  const { transform, multiply, transformBack } = kernelsOf(kernels, tile, pairs !== undefined);
  const phase = planes.channel / tile;

  return ([from, added], [to], batch) => {
    const ahead = bytesAhead(to, added);
    const start = address();
    const tiles = start + planes.bytes;
    const sums = tiles + places * before;
    const spare = tiles + tileBytes;
    for (let image = 0; image < batch; image++) {
      let [source, unit] = [from + image * size, 1];
      if (pairs) {
        unit = quantiseMaps(kernels, input, { range: pairs.range, perWord: 2 }, source, spare);
        source = spare;
      }
      planes.copy(kernels, source, start);
      for (let row = 0; row < rows; row += band) {
        const count = Math.min(band, rows - row);
        const lanes = 4 * Math.ceil((count * columns) / 4);
        transform(
          ...[start + tile * row * planes.pitch, phase, planes.channel, planes.pitch, maps[0]],
          ...[count, columns, tiles, before, line, spare],
        );
        multiply(tiles, before, weights, sums, after, maps[0], blocks, lanes, line, places);
        transformBack(
          ...[sums, after, line, outputs, count, columns, biases],
          ...[to + image * results + 4 * tile * row * width, map, least, ahead, pairs ? scales : spare, unit],
        );
      }
    }
  };
}

function inPairs(weight: KernelConstant, precision: Precision): TilePairs | undefined {
  const [outputs, channels] = weight.shape;
  if (precision === 'int16') return packTilePairs(weight.values, outputs, channels);
  return precision === 'int8' ? packTileBytes(weight) : undefined;
}

function kernelsOf(
  kernels: GraphKernels,
  tile: TileSize,
  isInt16: boolean,
): Record<'transform' | 'multiply' | 'transformBack', GraphKernels[string]> {
  const { winogradInput, winogradMultiply, winogradOutput } = kernels;
  if (isInt16)
    return {
      transform: kernels.winogradInputInt16,
      multiply: kernels.winogradMultiplyInt16,
      transformBack: kernels.winogradOutputInt16,
    };
  if (tile === 4)
    return {
      transform: kernels.winogradInput4,
      multiply: winogradMultiply,
      transformBack: kernels.winogradOutput4,
    };
  return { transform: winogradInput, multiply: winogradMultiply, transformBack: winogradOutput };
}
