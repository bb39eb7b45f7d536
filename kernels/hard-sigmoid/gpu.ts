import type { KernelThis } from '../gpujs.ts';

export function hardSigmoidKernel(
  this: KernelThis<{ alpha: number; beta: number }>,
  inputs: number[][],
): number {
  const x = inputs[this.thread.y][this.thread.x];
  return Math.min(Math.max(this.constants.alpha * x + this.constants.beta, 0), 1);
}
