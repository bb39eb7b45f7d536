import type { ArrayConstant, KernelThis } from '../gpujs.ts';

/** Shapes: inputs [B][N] → [B][M]. */
export function gatherKernel(
  this: KernelThis<{ indices: ArrayConstant; fill: number }>,
  inputs: number[][],
): number {
  const from = this.constants.indices[this.thread.x];
  let value = inputs[this.thread.y][Math.max(from, 0)];
  if (from < 0) value = this.constants.fill;
  return value;
}
