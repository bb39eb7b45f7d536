import { elementCount, type ReferenceKernel } from '../node.ts';
import type { Conv2dAttributes } from './attributes.ts';

/** Input B × C × H × W, weight O × C/groups × KH × KW; returns B × O × H′ × W′. */
export const kernel: ReferenceKernel<Conv2dAttributes> = (
  {
    inputs: [[channels, height, width]],
    outputs: [[outputs, rows, columns]],
    attributes: { strides, pads, dilations, groups },
    constants: { weight, bias },
  },
  [input],
  batch,
) => {
  const [, perGroup, kernelHeight, kernelWidth] = weight.shape;
  const output = new Float64Array(batch * elementCount([outputs, rows, columns]));
  let at = 0;
  for (let image = 0; image < batch; image++) {
    for (let o = 0; o < outputs; o++) {
      const first = Math.floor(o / (outputs / groups)) * perGroup;
      for (let y = 0; y < rows; y++) {
        for (let x = 0; x < columns; x++) {
          let sum = bias?.values[o] ?? 0;
          for (let i = 0; i < perGroup; i++) {
            for (let ky = 0; ky < kernelHeight; ky++) {
              for (let kx = 0; kx < kernelWidth; kx++) {
                const row = y * strides[0] + ky * dilations[0] - pads[0];
                const column = x * strides[1] + kx * dilations[1] - pads[1];
                if (row < 0 || row >= height || column < 0 || column >= width) continue;
                const w = weight.values[((o * perGroup + i) * kernelHeight + ky) * kernelWidth + kx];
                sum += w * input[((image * channels + first + i) * height + row) * width + column];
              }
            }
          }
          output[at++] = sum;
        }
      }
    }
  }
  return [output];
};
