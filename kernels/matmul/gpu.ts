import type { ArrayConstant, KernelThis } from '../gpujs.ts';

/** `weight`: K × N. Shapes: inputs [B][M·K] → [B][M·N]. */
export function matmulWeightKernel(
  this: KernelThis<{ weight: ArrayConstant; inner: number; columns: number }>,
  inputs: number[][],
): number {
  const row = Math.floor(this.thread.x / this.constants.columns);
  const column = this.thread.x - row * this.constants.columns;
  let sum = 0;
  for (let k = 0; k < this.constants.inner; k++) {
    sum +=
      this.constants.weight[k * this.constants.columns + column] *
      inputs[this.thread.y][row * this.constants.inner + k];
  }
  return sum;
}

export interface MatmulConstants {
  /** Where the matrices of each product begin. */
  readonly lefts: ArrayConstant;
  readonly rights: ArrayConstant;
  readonly rows: number;
  readonly inner: number;
  readonly columns: number;
}

/** Shapes: a [B][…·M·K], b [B][…·K·N] → [B][…·M·N]. */
export function matmulKernel(this: KernelThis<MatmulConstants>, a: number[][], b: number[][]): number {
  const line = Math.floor(this.thread.x / this.constants.columns);
  const product = Math.floor(line / this.constants.rows);
  const row = this.constants.lefts[product] + (line - product * this.constants.rows) * this.constants.inner;
  const column = this.constants.rights[product] + this.thread.x - line * this.constants.columns;
  let sum = 0;
  for (let k = 0; k < this.constants.inner; k++) {
    sum += a[this.thread.y][row + k] * b[this.thread.y][column + k * this.constants.columns];
  }
  return sum;
}
