import type { KernelNode } from '../node.ts';
import { type AveragePoolAttributes, counted } from './divisor.ts';

/** By row and column of the output: 1 ÷ the number of elements that count. */
export function averageFactors({
  inputs: [[, height, width]],
  outputs: [[, rows, columns]],
  attributes,
}: KernelNode<AveragePoolAttributes>): Float32Array<ArrayBuffer> {
  return Float32Array.from({ length: rows * columns }, (_, at) => {
    const row = counted(attributes, 0, height, Math.floor(at / columns));
    return 1 / (row * counted(attributes, 1, width, at % columns));
  });
}
