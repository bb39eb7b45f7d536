import type { KernelThis } from '../gpujs.ts';

export function siluKernel(this: KernelThis<object>, inputs: number[][]): number {
  const x = inputs[this.thread.y][this.thread.x];
  return x / (1 + Math.exp(Math.min(Math.max(-x, -87), 87)));
}
