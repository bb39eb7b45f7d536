import type { KernelThis } from '../gpujs.ts';

export function sigmoidKernel(this: KernelThis<object>, inputs: number[][]): number {
  const x = inputs[this.thread.y][this.thread.x];
  return 1 / (1 + Math.exp(Math.min(Math.max(-x, -87), 87)));
}
