import type { BinaryConstants } from '../elementwise/gpujs.ts';
import type { KernelThis } from '../gpujs.ts';

// The number of the operation is a constant of each kernel; `operations.ts` has the list. Devices define powers of numbers from 0
// on only: whole exponents get the sign that they have for others.

export function values(this: KernelThis<BinaryConstants>, left: number[][], right: number[][]): number {
  const row = Math.floor(this.thread.x / this.constants.span);
  const column = this.thread.x - row * this.constants.span;
  const a = left[this.thread.y][this.constants.aOffsets[row] + column * this.constants.aStep];
  const b = right[this.thread.y][this.constants.bOffsets[row] + column * this.constants.bStep];
  let value = a + b;
  if (this.constants.operation === 1) value = a / b;
  if (this.constants.operation === 2) value = Math.max(a, b);
  if (this.constants.operation === 3) value = Math.min(a, b);
  if (this.constants.operation === 4) value = a * b;
  if (this.constants.operation === 5) {
    let base = a;
    let sign = 1;
    if (a < 0 && Math.floor(b) === b) {
      base = -a;
      if (Math.floor(0.5 * b) * 2 !== b) sign = -1;
    }
    value = sign * base ** b;
  }
  if (this.constants.operation === 6) value = a - b;
  return value;
}

export function constantSecond(this: KernelThis<BinaryConstants>, left: number[][]): number {
  const row = Math.floor(this.thread.x / this.constants.span);
  const column = this.thread.x - row * this.constants.span;
  const a = left[this.thread.y][this.constants.aOffsets[row] + column * this.constants.aStep];
  const b = this.constants.operand[this.constants.bOffsets[row] + column * this.constants.bStep];
  let value = a + b;
  if (this.constants.operation === 1) value = a / b;
  if (this.constants.operation === 2) value = Math.max(a, b);
  if (this.constants.operation === 3) value = Math.min(a, b);
  if (this.constants.operation === 4) value = a * b;
  if (this.constants.operation === 5) {
    let base = a;
    let sign = 1;
    if (a < 0 && Math.floor(b) === b) {
      base = -a;
      if (Math.floor(0.5 * b) * 2 !== b) sign = -1;
    }
    value = sign * base ** b;
  }
  if (this.constants.operation === 6) value = a - b;
  return value;
}

export function constantFirst(this: KernelThis<BinaryConstants>, right: number[][]): number {
  const row = Math.floor(this.thread.x / this.constants.span);
  const column = this.thread.x - row * this.constants.span;
  const a = this.constants.operand[this.constants.aOffsets[row] + column * this.constants.aStep];
  const b = right[this.thread.y][this.constants.bOffsets[row] + column * this.constants.bStep];
  let value = a + b;
  if (this.constants.operation === 1) value = a / b;
  if (this.constants.operation === 2) value = Math.max(a, b);
  if (this.constants.operation === 3) value = Math.min(a, b);
  if (this.constants.operation === 4) value = a * b;
  if (this.constants.operation === 5) {
    let base = a;
    let sign = 1;
    if (a < 0 && Math.floor(b) === b) {
      base = -a;
      if (Math.floor(0.5 * b) * 2 !== b) sign = -1;
    }
    value = sign * base ** b;
  }
  if (this.constants.operation === 6) value = a - b;
  return value;
}
