import type { ArrayConstant, KernelThis } from '../gpujs.ts';

export interface Conv2dConstants {
  readonly weight: ArrayConstant;
  readonly bias: ArrayConstant;
  readonly height: number;
  readonly columns: number;
  readonly rows: number;
  readonly across: number;
  readonly perGroup: number;
  readonly perGroupOutputs: number;
  readonly kernelHeight: number;
  readonly kernelWidth: number;
  readonly down: number;
  readonly stepX: number;
  readonly dilationY: number;
  readonly dilationX: number;
  readonly top: number;
  readonly left: number;
}

/** A thread for each output. Shapes: inputs [B][C·H·W] → [B][O·H′·W′]. */
export function conv2dKernel(this: KernelThis<Conv2dConstants>, inputs: number[][]): number {
  const line = Math.floor(this.thread.x / this.constants.across);
  const x = this.thread.x - line * this.constants.across;
  const o = Math.floor(line / this.constants.rows);
  const y = line - o * this.constants.rows;
  const first = Math.floor(o / this.constants.perGroupOutputs) * this.constants.perGroup;
  const taps = this.constants.perGroup * this.constants.kernelHeight * this.constants.kernelWidth;
  let sum = this.constants.bias[o];
  for (let i = 0; i < this.constants.perGroup; i++) {
    for (let ky = 0; ky < this.constants.kernelHeight; ky++) {
      for (let kx = 0; kx < this.constants.kernelWidth; kx++) {
        const row = y * this.constants.down + ky * this.constants.dilationY - this.constants.top;
        const column = x * this.constants.stepX + kx * this.constants.dilationX - this.constants.left;
        if (row >= 0 && row < this.constants.height && column >= 0 && column < this.constants.columns) {
          const tap = (i * this.constants.kernelHeight + ky) * this.constants.kernelWidth + kx;
          const at = ((first + i) * this.constants.height + row) * this.constants.columns + column;
          sum += this.constants.weight[o * taps + tap] * inputs[this.thread.y][at];
        }
      }
    }
  }
  return sum;
}
