import type { KernelThis } from '../gpujs.ts';

export interface DenseMultiplyConstants {
  /** O × I, row-major, flat. */
  readonly weights: Float32Array;
  readonly bias: Float32Array;
  readonly inFeatures: number;
  /** Lower bound of the output: 0 for ReLU, the lowest float32 for none. */
  readonly min: number;
}

/** y = W·x + b, then ReLU. Shapes: inputs [B][I] → [B][O]. */
export function denseMultiplyKernel(this: KernelThis<DenseMultiplyConstants>, inputs: number[][]): number {
  const start = this.thread.x * this.constants.inFeatures;
  let sum = 0;
  for (let k = 0; k < this.constants.inFeatures; k++) {
    sum += this.constants.weights[start + k] * inputs[this.thread.y][k];
  }
  return Math.max(this.constants.min, sum + this.constants.bias[this.thread.x]);
}

export interface DensePartsConstants extends Pick<DenseMultiplyConstants, 'weights' | 'inFeatures'> {
  /** Threads that share a row: each takes every nth weight, so that neighbouring threads read neighbouring weights. */
  readonly parts: number;
  readonly maxLength: number;
}

/**
 * The same sums, each computed by several threads; `partSumKernel` adds them up. Shapes: inputs [B][I] → [B][O·parts].
 */
export function densePartsKernel(this: KernelThis<DensePartsConstants>, inputs: number[][]): number {
  const row = Math.floor(this.thread.x / this.constants.parts);
  const part = this.thread.x - row * this.constants.parts;
  let sum = 0;
  for (let t = 0; t < this.constants.maxLength; t++) {
    const k = t * this.constants.parts + part;
    if (k < this.constants.inFeatures) {
      sum += this.constants.weights[row * this.constants.inFeatures + k] * inputs[this.thread.y][k];
    }
  }
  return sum;
}
