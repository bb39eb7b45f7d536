import { forwardDct8x8 } from '../../src/jpeg/dct/dct.ts';
import type { TileGeometry } from './tile-geometry.ts';

/**
 * Block DCT of a batch of pictures, in float64 (T.81 A.3.3, orthonormal).
 *
 * `pictures`: B × (width·height), row-major. Returns B × K with K = 64·blocksPerRow·blocksPerColumn: blocks in raster
 * order, 64 coefficients each in natural order. Samples outside the picture are zero.
 */
export function blockDctReference(
  pictures: ArrayLike<number>,
  batch: number,
  tile: TileGeometry,
): Float64Array {
  const { width, height, x, y, blocksPerRow, blocksPerColumn } = tile;
  const blocks = blocksPerRow * blocksPerColumn;
  const output = new Float64Array(batch * blocks * 64);
  const samples = new Float64Array(64);
  for (let b = 0; b < batch; b++) {
    for (let block = 0; block < blocks; block++) {
      const top = Math.floor(block / blocksPerRow) * 8 - y;
      const left = (block % blocksPerRow) * 8 - x;
      for (let row = top; row < top + 8; row++) {
        for (let column = left; column < left + 8; column++) {
          const inside = row >= 0 && row < height && column >= 0 && column < width;
          samples[(row - top) * 8 + column - left] = inside
            ? pictures[(b * height + row) * width + column]
            : 0;
        }
      }
      forwardDct8x8(samples, output.subarray((b * blocks + block) * 64));
    }
  }
  return output;
}
