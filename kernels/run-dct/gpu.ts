import type { KernelThis } from '../gpujs.ts';

export interface RunDctConstants {
  /** `basis[u * 8 + x]` = α(u)·cos((2x + 1)uπ ÷ 16). */
  readonly basis: Float32Array;
  readonly inFeatures: number;
}

/**
 * 8-point DCT on runs of 8 inputs. Shapes: inputs [B][I] → [B][K], K = 8·ceil(I/8); the last run is padded with zeros.
 */
export function runDctKernel(this: KernelThis<RunDctConstants>, inputs: number[][]): number {
  const run = Math.floor(this.thread.x / 8);
  const u = this.thread.x - run * 8;
  let sum = 0;
  for (let x = 0; x < 8; x++) {
    if (run * 8 + x < this.constants.inFeatures) {
      sum += this.constants.basis[u * 8 + x] * inputs[this.thread.y][run * 8 + x];
    }
  }
  return sum;
}

export interface InverseRunDctConstants extends Pick<RunDctConstants, 'basis'> {
  /** See `CoefficientMultiplyConstants`. */
  readonly rowData: Float32Array;
  readonly rowStride: number;
  readonly scale: number;
  readonly offset: number;
  readonly min: number;
}

/**
 * Inverse 8-point DCT on runs of 8, then y = scale·z + offset·Σx + bias and ReLU.
 * Shapes: transformed [B][8·ceil(O/8)], sums [B] → [B][O].
 */
export function inverseRunDctKernel(
  this: KernelThis<InverseRunDctConstants>,
  transformed: number[][],
  sums: number[],
): number {
  const run = Math.floor(this.thread.x / 8);
  const x = this.thread.x - run * 8;
  let sum = 0;
  for (let v = 0; v < 8; v++) {
    sum += this.constants.basis[v * 8 + x] * transformed[this.thread.y][run * 8 + v];
  }
  let scale = this.constants.scale;
  let offset = this.constants.offset;
  const at = this.thread.x * this.constants.rowStride;
  if (this.constants.rowStride === 4) {
    scale = this.constants.rowData[at + 2];
    offset = this.constants.rowData[at + 3];
  }
  return Math.max(
    this.constants.min,
    scale * sum + offset * sums[this.thread.y] + this.constants.rowData[at + 1],
  );
}
