import type { KernelThis } from '../gpujs.ts';

export function clipKernel(this: KernelThis<{ low: number; high: number }>, inputs: number[][]): number {
  const x = inputs[this.thread.y][this.thread.x];
  return Math.min(Math.max(x, this.constants.low), this.constants.high);
}
