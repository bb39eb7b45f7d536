import type { KernelThis } from '../gpujs.ts';

export function hardSwishKernel(this: KernelThis<object>, inputs: number[][]): number {
  const x = inputs[this.thread.y][this.thread.x];
  return x * Math.min(Math.max(x / 6 + 0.5, 0), 1);
}
