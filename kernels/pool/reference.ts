import { elementCount, type KernelNode } from '../node.ts';
import type { PoolWindow } from '../window.ts';

/** Calls `visit` for every output with the elements of its window that are on the map, as indices into the input. */
export function eachWindow<A extends PoolWindow>(
  { inputs: [[channels, height, width]], outputs: [[, rows, columns]], attributes }: KernelNode<A>,
  batch: number,
  visit: (output: number, elements: readonly number[], row: number, column: number) => void,
): void {
  const { kernel, strides, pads, dilations } = attributes;
  let output = 0;
  for (let map = 0; map < batch * channels; map++) {
    for (let y = 0; y < rows; y++) {
      for (let x = 0; x < columns; x++) {
        const elements: number[] = [];
        for (let ky = 0; ky < kernel[0]; ky++) {
          for (let kx = 0; kx < kernel[1]; kx++) {
            const row = y * strides[0] + ky * dilations[0] - pads[0];
            const column = x * strides[1] + kx * dilations[1] - pads[1];
            if (row < 0 || row >= height || column < 0 || column >= width) continue;
            elements.push((map * height + row) * width + column);
          }
        }
        visit(output++, elements, y, x);
      }
    }
  }
}

/** Number of outputs of a batch. */
export function outputCount<A>({ outputs: [shape] }: KernelNode<A>, batch: number): number {
  return batch * elementCount(shape);
}
