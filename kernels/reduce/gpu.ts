import type { KernelThis } from '../gpujs.ts';

export interface ReduceConstants {
  /** Elements along the axis, and inside it. */
  readonly span: number;
  readonly inner: number;
  /** What a sum is multiplied by. */
  readonly factor: number;
}

/** Shapes: inputs [B][outer·span·inner] → [B][outer·inner]. */
export function reduceSumKernel(this: KernelThis<ReduceConstants>, inputs: number[][]): number {
  const line = Math.floor(this.thread.x / this.constants.inner);
  const start = line * (this.constants.span - 1) * this.constants.inner + this.thread.x;
  let sum = 0;
  for (let k = 0; k < this.constants.span; k++) {
    sum += inputs[this.thread.y][start + k * this.constants.inner];
  }
  return sum * this.constants.factor;
}

export function reduceMaxKernel(this: KernelThis<ReduceConstants>, inputs: number[][]): number {
  const line = Math.floor(this.thread.x / this.constants.inner);
  const start = line * (this.constants.span - 1) * this.constants.inner + this.thread.x;
  let most = inputs[this.thread.y][start];
  for (let k = 0; k < this.constants.span; k++) {
    most = Math.max(most, inputs[this.thread.y][start + k * this.constants.inner]);
  }
  return most;
}

export function reduceMinKernel(this: KernelThis<ReduceConstants>, inputs: number[][]): number {
  const line = Math.floor(this.thread.x / this.constants.inner);
  const start = line * (this.constants.span - 1) * this.constants.inner + this.thread.x;
  let least = inputs[this.thread.y][start];
  for (let k = 0; k < this.constants.span; k++) {
    least = Math.min(least, inputs[this.thread.y][start + k * this.constants.inner]);
  }
  return least;
}
