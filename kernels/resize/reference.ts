import type { ReferenceKernel } from '../node.ts';
import { type ResizeAttributes, resizeTaps } from './taps.ts';

export const kernel: ReferenceKernel<ResizeAttributes> = (node, [input], batch) => {
  const [[channels, height, width]] = node.inputs;
  const [[, rows, columns]] = node.outputs;
  const down = resizeTaps(node, 0);
  const across = resizeTaps(node, 1);
  const output = new Float64Array(batch * channels * rows * columns);
  for (let at = 0; at < output.length; at++) {
    const x = at % columns;
    const y = Math.floor(at / columns) % rows;
    const map = Math.floor(at / (columns * rows));
    for (let k = y * down.count; k < (y + 1) * down.count; k++) {
      for (let l = x * across.count; l < (x + 1) * across.count; l++) {
        const element = input[(map * height + down.indices[k]) * width + across.indices[l]];
        output[at] += down.weights[k] * across.weights[l] * element;
      }
    }
  }
  return [output];
};
