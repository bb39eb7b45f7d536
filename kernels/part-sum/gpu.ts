import type { KernelThis } from '../gpujs.ts';

export interface PartSumConstants {
  /** Number of parts per row. */
  readonly parts: number;
  /** See `CoefficientMultiplyConstants`. */
  readonly rowData: Float32Array;
  readonly rowStride: number;
  readonly scale: number;
  readonly offset: number;
  readonly min: number;
}

/**
 * The second reduction of a row that several threads have shared, then y = scale·z + offset·Σx + bias and ReLU.
 * Shapes: partials [B][rows·parts], sums [B] → [B][rows].
 */
export function partSumKernel(
  this: KernelThis<PartSumConstants>,
  partials: number[][],
  sums: number[],
): number {
  const row = this.thread.x;
  let sum = 0;
  for (let part = 0; part < this.constants.parts; part++) {
    sum += partials[this.thread.y][row * this.constants.parts + part];
  }
  const at = row * this.constants.rowStride;
  let scale = this.constants.scale;
  let offset = this.constants.offset;
  if (this.constants.rowStride === 4) {
    scale = this.constants.rowData[at + 2];
    offset = this.constants.rowData[at + 3];
  }
  return Math.max(
    this.constants.min,
    scale * sum + offset * sums[this.thread.y] + this.constants.rowData[at + 1],
  );
}
