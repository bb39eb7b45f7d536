import { layPlanes } from '../conv2d/planes.ts';
import type { WasmBinding } from '../graph-wasm/binding.ts';
import type { KernelCoefficients } from '../node.ts';
import type { CoefficientConv2dAttributes } from './attributes.ts';

/** Pixels that the kernel computes together: four vectors. */
const PIXELS = 16;

/** Nonzeros on planes (conv2d/planes.ts): 4 bytes each, an offset per column of the coefficients. */
export const kernel: WasmBinding<CoefficientConv2dAttributes> = (
  { inputs: [input], outputs: [output], attributes, coefficients },
  { kernels, write, work },
) => {
  const { kernel, dilations } = attributes;
  const [channels, height, width] = input;
  const [outputs, rows, columns] = output;
  const planes = layPlanes(input, output, kernel[0], attributes, PIXELS, outputs);
  const { sparse, quantization } = coefficients as KernelCoefficients;
  const rowStart = write(sparse.rowStart);
  const column = write(Uint16Array.from(sparse.column));
  const value = write(Int16Array.from(sparse.value));
  const factors = write(Float32Array.from(quantization));
  const offsets = write(
    Uint32Array.from({ length: sparse.columns }, (_, at) => {
      const tap = Math.floor(at / channels);
      const y = Math.floor(tap / kernel[1]) * dilations[0];
      return (at % channels) * planes.channel + planes.offset(y, (tap % kernel[1]) * dilations[1]);
    }),
  );
  const address = work(planes.bytes + 4 * outputs * planes.line(planes.images));

  return ([from], [to], batch) => {
    for (let first = 0; first < batch; first += planes.images) {
      const size = Math.min(planes.images, batch - first);
      const start = address();
      const sums = start + planes.bytes;
      planes.copy(kernels, from + 4 * first * channels * height * width, start, size);
      const step = planes.line(size);
      kernels.coefficientConv2d(start, offsets, rowStart, column, value, factors, sums, outputs, step);
      for (let image = 0; image < size; image++) {
        kernels.convRows(
          ...[sums + 4 * image * planes.plane, to + 4 * (first + image) * outputs * rows * columns, outputs],
          ...[rows, columns, 4 * step, 4 * planes.pitch],
        );
      }
    }
  };
};
