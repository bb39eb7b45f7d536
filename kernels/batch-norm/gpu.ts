import type { KernelThis } from '../gpujs.ts';

export function batchNormKernel(
  this: KernelThis<{ inner: number; scale: Float32Array; offset: Float32Array }>,
  inputs: number[][],
): number {
  const channel = Math.floor(this.thread.x / this.constants.inner);
  return (
    this.constants.scale[channel] * inputs[this.thread.y][this.thread.x] + this.constants.offset[channel]
  );
}
