import { aan } from '../block-dct/aan.ts';
import { bytesAhead } from '../conv2d/attributes.ts';
import { layPlanes } from '../conv2d/planes.ts';
import type { WasmBinding } from '../graph-wasm/binding.ts';
import { elementCount, type KernelCoefficients, perChannel } from '../node.ts';
import type { TransformedConv2dAttributes } from './attributes.ts';

/** Pixels that the kernel computes together at the end of a line: two vectors. */
const PIXELS = 8;
/** Rows of pixels that the transforms of channels work on. */
const WORK_ROWS = 16;

/**
 * Nonzeros on planes of transformed channels (conv2d/planes.ts), an offset and a weight of 4 bytes each. Factors that the transforms
 * leave out (aan8, inverseAan8) are in the weights.
 */
export const kernel: WasmBinding<TransformedConv2dAttributes> = (
  { inputs: [input], outputs: [output], attributes, constants, coefficients },
  { kernels, write, work, say },
) => {
  say('kernels', 'float32');
  // Where a kernel is one pixel a map is one row: nothing is padded between its rows.
  const isPixel =
    [...attributes.kernel, ...attributes.strides, ...attributes.pads].join() === '1,1,1,1,0,0,0,0';
  const [channels, height, width] = isPixel ? oneRow(input) : input;
  const [outputs, rows, columns] = isPixel ? oneRow(output) : output;
  const [transformed, sums] = [8 * Math.ceil(channels / 8), 8 * Math.ceil(outputs / 8)];
  const planes = layPlanes(
    [transformed, height, width],
    [outputs, rows, columns],
    attributes.kernel,
    attributes,
    PIXELS,
    sums,
  );
  const { sparse, quantization } = coefficients as KernelCoefficients;
  const nonzeros = new Uint32Array(2 * sparse.value.length);
  const weights = new Float32Array(nonzeros.buffer);
  for (let f = 0, at = 0; f < sums; f++) {
    for (; at < sparse.rowStart[f + 1]; at++) {
      const column = sparse.column[at];
      const k = column % transformed;
      nonzeros[2 * at] = planes.offset(k, Math.floor(column / transformed));
      const factor = quantization[(f % 8) * 8 + (k % 8)] * (aan(f % 8) / aan(k % 8) / 8);
      weights[2 * at + 1] = sparse.value[at] * factor;
    }
  }
  const pairs = write(nonzeros);
  const rowEnd = write(Uint32Array.from(sparse.rowStart.subarray(1)));
  const scale = write(perChannel(constants.scale, outputs));
  const bias = write(constants.bias?.values ?? new Float32Array(outputs));
  const least = attributes.relu ? 0 : -Infinity;
  const address = work(planes.bytes + 4 * WORK_ROWS * 4 * Math.ceil(width / 4));
  const [size, maps] = [4 * elementCount(input), 4 * elementCount(output)];

  return ([from, added], [to], batch) => {
    const ahead = bytesAhead(to, added);
    const start = address();
    const lines = start + planes.sums;
    const spare = start + planes.bytes;
    for (let first = 0; first < batch; first += planes.images) {
      const images = Math.min(planes.images, batch - first);
      kernels.dctPlanes(from + first * size, start, ...planes.layout(images, channels), spare);
      const step = planes.line(images);
      kernels.multiplyNonzeros(start, pairs, rowEnd, lines, sums, step);
      for (let image = 0; image < images; image++) {
        kernels.inverseDctMaps(
          ...[lines + image * planes.image, 4 * step, scale, bias, least, to + (first + image) * maps],
          ...[outputs, rows, columns, planes.pitch, spare, ahead],
        );
      }
    }
  };
};

function oneRow([channels, height, width]: readonly number[]): readonly number[] {
  return [channels, 1, height * width];
}
