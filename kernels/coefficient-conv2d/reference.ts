import { elementCount, type KernelCoefficients, type ReferenceKernel } from '../node.ts';
import type { CoefficientConv2dAttributes } from './attributes.ts';

/** Input B × K × H × W of transformed channels; returns B × 8·⌈O/8⌉ × H′ × W′, one multiplication per nonzero and pixel. */
export const kernel: ReferenceKernel<CoefficientConv2dAttributes> = (
  {
    inputs: [[channels, height, width]],
    outputs: [[outputs, rows, columns]],
    attributes: { kernel, strides, pads, dilations },
    coefficients,
  },
  [input],
  batch,
) => {
  const { sparse, quantization } = coefficients as KernelCoefficients;
  const { rowStart, column, value } = sparse;
  const output = new Float64Array(batch * elementCount([outputs, rows, columns]));
  for (let image = 0; image < batch; image++) {
    for (let f = 0; f < outputs; f++) {
      for (let i = rowStart[f]; i < rowStart[f + 1]; i++) {
        const k = column[i] % channels;
        const tap = Math.floor(column[i] / channels);
        const weight = value[i] * quantization[(f % 8) * 8 + (k % 8)];
        const top = Math.floor(tap / kernel[1]) * dilations[0] - pads[0];
        const left = (tap % kernel[1]) * dilations[1] - pads[1];
        for (let y = 0; y < rows; y++) {
          for (let x = 0; x < columns; x++) {
            const row = y * strides[0] + top;
            const across = x * strides[1] + left;
            if (row < 0 || row >= height || across < 0 || across >= width) continue;
            output[((image * outputs + f) * rows + y) * columns + x] +=
              weight * input[((image * channels + k) * height + row) * width + across];
          }
        }
      }
    }
  }
  return [output];
};
