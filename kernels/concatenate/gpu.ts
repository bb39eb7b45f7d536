import type { KernelThis } from '../gpujs.ts';

export interface ConcatenateConstants {
  /** Elements of each operand, and of both, along the axis and inside it. */
  readonly left: number;
  readonly right: number;
  readonly total: number;
}

/** Two values one after another; more are put together two at a time. */
export function concatenateKernel(
  this: KernelThis<ConcatenateConstants>,
  a: number[][],
  b: number[][],
): number {
  const block = Math.floor(this.thread.x / this.constants.total);
  const at = this.thread.x - block * this.constants.total;
  // Both are read, at places that exist: devices differ in what they give beyond the end of an array.
  const first = a[this.thread.y][block * this.constants.left + Math.min(at, this.constants.left - 1)];
  const second = b[this.thread.y][block * this.constants.right + Math.max(at - this.constants.left, 0)];
  let value = first;
  if (at >= this.constants.left) value = second;
  return value;
}
