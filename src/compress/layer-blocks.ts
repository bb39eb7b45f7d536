import { forwardDct8x8 } from '../jpeg/dct/dct.ts';
import type { TileGeometry } from '../jpeg/dct/tile-geometry.ts';
import type { DenseLinear } from '../weights/dense-network.ts';

/**
 * Cuts a layer into 8×8 blocks and transforms them. `tile`: that of one neuron, undefined for
 * the `matrix` layout. `rowScale`: each row is divided by its entry first.
 * Returns 64 coefficients per block, natural order; blocks of tile after tile (`rows`), or in raster order (`matrix`).
 * Samples beyond the edge of a picture, which a reader ignores, continue it as in a mirror: where 1, 2 or 4 samples of 8
 * are inside, as in a 28×28 picture, most frequencies of that block are then exactly zero.
 */
export function layerBlocks(
  layer: DenseLinear,
  tile: TileGeometry | undefined,
  rowScale: ArrayLike<number>,
): Float64Array {
  const { inFeatures, outFeatures, weights } = layer;
  const pictures = tile ? outFeatures : 1;
  const width = tile ? tile.width : inFeatures;
  const height = tile ? tile.height : outFeatures;
  const [left, top] = tile ? [tile.x, tile.y] : [0, 0];
  const across = Math.ceil((left + width) / 8);
  const down = Math.ceil((top + height) / 8);
  const columns = mirroredIndices(width, left, across * 8);
  const rows = mirroredIndices(height, top, down * 8);
  const coefficients = new Float64Array(pictures * across * down * 64);
  const samples = new Float64Array(64);
  const output = new Float64Array(64);
  let at = 0;
  for (let picture = 0; picture < pictures; picture++) {
    for (let blockRow = 0; blockRow < down; blockRow++) {
      for (let block = 0; block < across; block++, at += 64) {
        for (let k = 0; k < 64; k++) {
          const row = rows[blockRow * 8 + (k >> 3)];
          const element = picture * inFeatures + row * width + columns[block * 8 + (k & 7)];
          samples[k] = weights[element] / rowScale[tile ? picture : row];
        }
        forwardDct8x8(samples, output);
        coefficients.set(output, at);
      }
    }
  }
  return coefficients;
}

/** For each position on the block grid the sample that stands there: 0 … size − 1, mirrored at both ends. */
function mirroredIndices(size: number, offset: number, length: number): Uint32Array {
  return Uint32Array.from({ length }, (_, position) => {
    const blockStart = position & ~7;
    // Only the samples that share the block count: further ones would make its frequencies nonzero.
    const first = Math.max(0, blockStart - offset);
    const last = Math.min(size, blockStart + 8 - offset) - 1;
    const inside = last - first + 1;
    const phase = (((position - offset - first) % (2 * inside)) + 2 * inside) % (2 * inside);
    return first + (phase < inside ? phase : 2 * inside - 1 - phase);
  });
}
