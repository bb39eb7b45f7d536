import type { KernelThis } from '../gpujs.ts';

export function leakyReluKernel(this: KernelThis<{ alpha: number }>, inputs: number[][]): number {
  const x = inputs[this.thread.y][this.thread.x];
  let y = x;
  if (x < 0) y = this.constants.alpha * x;
  return y;
}
