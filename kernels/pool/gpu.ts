import type { ArrayConstant, KernelThis } from '../gpujs.ts';

export interface PoolConstants {
  /** Pairs of the first element and the number of elements, by row and by column of the output. */
  readonly rowSpans: ArrayConstant;
  readonly columnSpans: ArrayConstant;
  /** By row and column of the output; read by means only. */
  readonly factors: ArrayConstant;
  readonly height: number;
  readonly columns: number;
  readonly rows: number;
  readonly across: number;
  readonly kernelHeight: number;
  readonly kernelWidth: number;
  readonly stepY: number;
  readonly stepX: number;
}

/** Shapes: inputs [B][C·H·W] → [B][C·H′·W′]. */
export function maxPoolKernel(this: KernelThis<PoolConstants>, inputs: number[][]): number {
  const line = Math.floor(this.thread.x / this.constants.across);
  const x = this.thread.x - line * this.constants.across;
  const map = Math.floor(line / this.constants.rows);
  const y = line - map * this.constants.rows;
  const top = map * this.constants.height + this.constants.rowSpans[2 * y];
  const left = this.constants.columnSpans[2 * x];
  let value = inputs[this.thread.y][top * this.constants.columns + left];
  for (let k = 0; k < this.constants.kernelHeight; k++) {
    for (let l = 0; l < this.constants.kernelWidth; l++) {
      if (k < this.constants.rowSpans[2 * y + 1] && l < this.constants.columnSpans[2 * x + 1]) {
        const row = (top + k * this.constants.stepY) * this.constants.columns;
        value = Math.max(value, inputs[this.thread.y][row + left + l * this.constants.stepX]);
      }
    }
  }
  return value;
}

/** Shapes: inputs [B][C·H·W] → [B][C·H′·W′]. */
export function averagePoolKernel(this: KernelThis<PoolConstants>, inputs: number[][]): number {
  const line = Math.floor(this.thread.x / this.constants.across);
  const x = this.thread.x - line * this.constants.across;
  const map = Math.floor(line / this.constants.rows);
  const y = line - map * this.constants.rows;
  const top = map * this.constants.height + this.constants.rowSpans[2 * y];
  const left = this.constants.columnSpans[2 * x];
  let sum = 0;
  for (let k = 0; k < this.constants.kernelHeight; k++) {
    for (let l = 0; l < this.constants.kernelWidth; l++) {
      if (k < this.constants.rowSpans[2 * y + 1] && l < this.constants.columnSpans[2 * x + 1]) {
        const row = (top + k * this.constants.stepY) * this.constants.columns;
        sum += inputs[this.thread.y][row + left + l * this.constants.stepX];
      }
    }
  }
  return sum * this.constants.factors[y * this.constants.across + x];
}
