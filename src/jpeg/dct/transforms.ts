import { forwardDct8, forwardDct8x8, inverseDct8 } from './dct.ts';
import type { TileGeometry } from './tile-geometry.ts';

/**
 * Block DCT of a batch of pictures, in float64 (T.81 A.3.3, orthonormal).
 *
 * `pictures`: B × (width·height), row-major. Returns B × K with K = 64·blocksPerRow·blocksPerColumn: blocks in raster
 * order, 64 coefficients each in natural order. Samples outside the picture are zero.
 */
export function blockDct(pictures: ArrayLike<number>, batch: number, tile: TileGeometry): Float64Array {
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

/**
 * 8-point DCT on runs of 8 inputs, in float64. `inputs`: B × I. Returns B × 8·ceil(I/8); an incomplete last run is
 * padded with zeros.
 */
export function runDct(inputs: ArrayLike<number>, batch: number, inFeatures: number): Float64Array {
  const runs = Math.ceil(inFeatures / 8);
  const output = new Float64Array(batch * runs * 8);
  const samples = new Float64Array(8);
  for (let b = 0; b < batch; b++) {
    for (let run = 0; run < runs; run++) {
      for (let i = 0; i < 8; i++) {
        const k = run * 8 + i;
        samples[i] = k < inFeatures ? inputs[b * inFeatures + k] : 0;
      }
      forwardDct8(samples, output.subarray((b * runs + run) * 8));
    }
  }
  return output;
}

/** Inverse 8-point DCT on runs of 8, in float64. `inputs`: B × 8·ceil(O/8). Returns B × O. */
export function inverseRunDct(inputs: Float64Array, batch: number, outFeatures: number): Float64Array {
  const runs = Math.ceil(outFeatures / 8);
  const output = new Float64Array(batch * outFeatures);
  const samples = new Float64Array(8);
  for (let b = 0; b < batch; b++) {
    for (let run = 0; run < runs; run++) {
      const start = (b * runs + run) * 8;
      inverseDct8(inputs.subarray(start, start + 8), samples);
      for (let i = 0; i < 8 && run * 8 + i < outFeatures; i++) {
        output[b * outFeatures + run * 8 + i] = samples[i];
      }
    }
  }
  return output;
}
