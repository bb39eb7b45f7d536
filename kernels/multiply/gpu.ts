import type { BinaryConstants } from '../elementwise/gpujs.ts';
import type { KernelThis } from '../gpujs.ts';

export function values(this: KernelThis<BinaryConstants>, a: number[][], b: number[][]): number {
  const row = Math.floor(this.thread.x / this.constants.span);
  const column = this.thread.x - row * this.constants.span;
  const left = this.constants.aOffsets[row] + column * this.constants.aStep;
  const right = this.constants.bOffsets[row] + column * this.constants.bStep;
  return a[this.thread.y][left] * b[this.thread.y][right];
}

export function constantSecond(this: KernelThis<BinaryConstants>, a: number[][]): number {
  const row = Math.floor(this.thread.x / this.constants.span);
  const column = this.thread.x - row * this.constants.span;
  const left = this.constants.aOffsets[row] + column * this.constants.aStep;
  const right = this.constants.bOffsets[row] + column * this.constants.bStep;
  return a[this.thread.y][left] * this.constants.operand[right];
}

export function constantFirst(this: KernelThis<BinaryConstants>, b: number[][]): number {
  const row = Math.floor(this.thread.x / this.constants.span);
  const column = this.thread.x - row * this.constants.span;
  const left = this.constants.aOffsets[row] + column * this.constants.aStep;
  const right = this.constants.bOffsets[row] + column * this.constants.bStep;
  return this.constants.operand[left] * b[this.thread.y][right];
}
