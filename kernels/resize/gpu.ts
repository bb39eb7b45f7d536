import type { ArrayConstant, KernelThis } from '../gpujs.ts';

export interface ResizeConstants {
  /** By place of the result along an axis, then tap. */
  readonly rowIndices: ArrayConstant;
  readonly rowWeights: ArrayConstant;
  readonly columnIndices: ArrayConstant;
  readonly columnWeights: ArrayConstant;
  readonly rowTaps: number;
  readonly columnTaps: number;
  readonly height: number;
  readonly columns: number;
  readonly rows: number;
  readonly across: number;
}

/** Shapes: inputs [B][C·H·W] → [B][C·H′·W′]. */
export function resizeKernel(this: KernelThis<ResizeConstants>, inputs: number[][]): number {
  const line = Math.floor(this.thread.x / this.constants.across);
  const x = this.thread.x - line * this.constants.across;
  const map = Math.floor(line / this.constants.rows);
  const y = line - map * this.constants.rows;
  let value = 0;
  for (let k = 0; k < this.constants.rowTaps; k++) {
    const down = y * this.constants.rowTaps + k;
    const row = (map * this.constants.height + this.constants.rowIndices[down]) * this.constants.columns;
    let sum = 0;
    for (let l = 0; l < this.constants.columnTaps; l++) {
      const right = x * this.constants.columnTaps + l;
      sum +=
        this.constants.columnWeights[right] *
        inputs[this.thread.y][row + this.constants.columnIndices[right]];
    }
    value += this.constants.rowWeights[down] * sum;
  }
  return value;
}
