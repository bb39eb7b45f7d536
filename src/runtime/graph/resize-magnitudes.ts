import type { KernelNode } from '../../../kernels/node.ts';
import { type ResizeAttributes, resizeTaps, type Taps } from '../../../kernels/resize/taps.ts';

/** Σ|weight·element| of each value that `resize` gives: `cubic` has negative weights. One image. */
export function resizeMagnitudes(node: KernelNode<ResizeAttributes>, input: Float64Array): Float64Array {
  const [[channels, height, width]] = node.inputs;
  const [[, rows, columns]] = node.outputs;
  const [down, across] = [resizeTaps(node, 0), resizeTaps(node, 1)];
  const magnitudes = new Float64Array(channels * rows * columns);
  for (let at = 0; at < magnitudes.length; at++) {
    const x = at % columns;
    const y = Math.floor(at / columns) % rows;
    const map = Math.floor(at / (columns * rows)) * height;
    magnitudes[at] = sum(down, y, (row) =>
      sum(across, x, (column) => Math.abs(input[(map + row) * width + column])),
    );
  }
  return magnitudes;
}

/** What a place along an axis is made of. */
function sum({ count, indices, weights }: Taps, place: number, of: (index: number) => number): number {
  let total = 0;
  for (let tap = place * count; tap < (place + 1) * count; tap++)
    total += Math.abs(weights[tap]) * of(indices[tap]);
  return total;
}
