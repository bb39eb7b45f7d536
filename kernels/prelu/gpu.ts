import type { KernelThis } from '../gpujs.ts';

export function preluKernel(
  this: KernelThis<{ inner: number; slope: Float32Array }>,
  inputs: number[][],
): number {
  const x = inputs[this.thread.y][this.thread.x];
  let y = x;
  if (x < 0) y = x * this.constants.slope[Math.floor(this.thread.x / this.constants.inner)];
  return y;
}
