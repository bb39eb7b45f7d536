import type { KernelThis } from '../gpujs.ts';

/**
 * Block DCT (T.81 A.3.3, orthonormal) in two passes of 8 multiplications per coefficient: along rows, then along
 * columns.
 * Shapes: pictures B × I, row-major, flat → [B][K], K = 64·blocksPerRow·blocksPerColumn, blocks in raster order,
 * natural order inside a block.
 */
export interface BlockDctConstants {
  /** `basis[u * 8 + x]` = α(u)·cos((2x + 1)uπ ÷ 16). */
  readonly basis: Float32Array;
  readonly width: number;
  readonly height: number;
  /** Position of the picture in its grid of blocks. */
  readonly left: number;
  readonly top: number;
  readonly blocksPerRow: number;
}

/** First pass: [B][K] with natural index `y * 8 + u` inside a block, y a sample row, u a horizontal frequency. */
export function blockDctRowsKernel(this: KernelThis<BlockDctConstants>, pictures: Float32Array): number {
  const block = Math.floor(this.thread.x / 64);
  const index = this.thread.x - block * 64;
  const y = Math.floor(index / 8);
  const u = index - y * 8;
  const blockRow = Math.floor(block / this.constants.blocksPerRow);
  const row = blockRow * 8 + y - this.constants.top;
  const column = (block - blockRow * this.constants.blocksPerRow) * 8 - this.constants.left;
  let sum = 0;
  if (row >= 0 && row < this.constants.height) {
    const start = (this.thread.y * this.constants.height + row) * this.constants.width;
    for (let x = 0; x < 8; x++) {
      if (column + x >= 0 && column + x < this.constants.width) {
        sum += this.constants.basis[u * 8 + x] * pictures[start + column + x];
      }
    }
  }
  return sum;
}

/** Second pass: natural index `v * 8 + u`, v the vertical frequency. */
export function blockDctColumnsKernel(
  this: KernelThis<Pick<BlockDctConstants, 'basis'>>,
  rows: number[][],
): number {
  const block = Math.floor(this.thread.x / 64);
  const index = this.thread.x - block * 64;
  const v = Math.floor(index / 8);
  const u = index - v * 8;
  let sum = 0;
  for (let y = 0; y < 8; y++) {
    sum += this.constants.basis[v * 8 + y] * rows[this.thread.y][block * 64 + y * 8 + u];
  }
  return sum;
}
