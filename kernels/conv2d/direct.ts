import { elementCount, type Precision } from '../node.ts';
import { bytesAhead, lowest } from './attributes.ts';
import { packBlocks } from './blocks.ts';
import { multiplication } from './multiplication.ts';
import { pairKernels } from './pairs.ts';
import { layPlanes, type Planes } from './planes.ts';
import { byteKernels } from './quads.ts';
import { hasBytes, type Node, PIXELS, type Place, type Step } from './step.ts';
import { bytesOfWords, quantiseMaps, type Words } from './words.ts';

/** Bytes of input that one pass over all outputs may read: what stays in the first-level cache beside the weights. */
const BAND_BYTES = 2 ** 14;

/**
 * Rows whose length is a multiple of four are written where they belong, a band of rows after another; in floats, or in words of
 * integers. `asOneRow`: maps as they are, nothing is padded.
 */
export const direct = (node: Node, place: Place, asOneRow: boolean, precision: Precision): Step => {
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
  const neighbours = words?.perWord === 4 ? kernels.quadColumns : kernels.pairColumns;
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
        if (words?.inColumns) neighbours(start, planes.sums / 4);
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
export const thinned = (node: Node, place: Place, precision: Precision): Step => {
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

/** Kernels as words of integers; undefined where floats are multiplied. */
function inWords(
  { constants: { weight }, inputs: [input] }: Node,
  place: Place,
  precision: Precision,
): Words | undefined {
  if (precision === 'int8') return byteKernels(weight, input, hasBytes(place) ? 4 : 2);
  return precision === 'int16' ? pairKernels(weight, input) : undefined;
}

/** Where a tap lies: of words along the columns every second or fourth one is taken. */
function offsets(planes: Planes, [, width]: readonly number[], words: Words | undefined): Planes['offset'] {
  if (!words?.inColumns) return planes.offset;
  const wide = words.weight.shape[3];
  return (channel, tap) =>
    planes.offset(channel, Math.floor(tap / wide) * width + words.perWord * (tap % wide));
}
