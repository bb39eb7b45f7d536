import type { KernelThis } from '../gpujs.ts';

export interface DenseMultiplyConstants {
  /** O × I, row-major, flat. */
  readonly weights: Float32Array;
  readonly bias: Float32Array;
  readonly inFeatures: number;
  /** Lower bound of the output: 0 for ReLU, the least float32 for none. */
  readonly least: number;
}

/** y = W·x + b, then ReLU. Shapes: inputs [B][I] → [B][O]. */
export function denseMultiplyKernel(this: KernelThis<DenseMultiplyConstants>, inputs: number[][]): number {
  const start = this.thread.x * this.constants.inFeatures;
  let sum = 0;
  for (let k = 0; k < this.constants.inFeatures; k++) {
    sum += this.constants.weights[start + k] * inputs[this.thread.y][k];
  }
  return Math.max(this.constants.least, sum + this.constants.bias[this.thread.x]);
}
