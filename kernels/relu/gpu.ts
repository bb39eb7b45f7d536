import type { KernelThis } from '../gpujs.ts';

export function reluKernel(this: KernelThis<object>, inputs: number[][]): number {
  const x = inputs[this.thread.y][this.thread.x];
  return Math.max(0, x);
}
