import type { KernelThis } from '../gpujs.ts';

export interface SoftmaxConstants {
  /** Elements along the axis, and inside it. */
  readonly span: number;
  readonly inner: number;
  /** 1 for log-softmax, else 0. */
  readonly isLogarithm: number;
}

/** A thread for each output: it finds the maximum and the sum of its line by itself. */
export function softmaxKernel(this: KernelThis<SoftmaxConstants>, inputs: number[][]): number {
  const inner = this.thread.x % this.constants.inner;
  const line = Math.floor(this.thread.x / (this.constants.span * this.constants.inner));
  const start = line * this.constants.span * this.constants.inner + inner;
  let most = inputs[this.thread.y][start];
  for (let k = 0; k < this.constants.span; k++) {
    most = Math.max(most, inputs[this.thread.y][start + k * this.constants.inner]);
  }
  let sum = 0;
  for (let k = 0; k < this.constants.span; k++) {
    sum += Math.exp(Math.max(inputs[this.thread.y][start + k * this.constants.inner] - most, -87));
  }
  const x = inputs[this.thread.y][this.thread.x] - most;
  let value = Math.exp(Math.max(x, -87)) / sum;
  if (this.constants.isLogarithm === 1) value = x - Math.log(sum);
  return value;
}
