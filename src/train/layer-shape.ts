import type { TileGeometry } from '../jpeg/dct/tile-geometry.ts';

/** A layer's shape and the layout of its weights in blocks. */
export interface LayerShape {
  readonly name: string;
  /** Number of inputs: pixels for `rows`, activations for `matrix`. */
  readonly inFeatures: number;
  readonly outFeatures: number;
  /** Geometry of the picture of each neuron (layout `rows`); undefined for layout `matrix`. */
  readonly tile: TileGeometry | undefined;
  readonly bias: boolean;
  /** Whether a ReLU follows. */
  readonly relu: boolean;
}

/**
 * Places weights where their blocks have them, on zeros.
 *
 * @param weights O × I, row-major
 * @param samples of `rows` the picture of each neuron, blocks of 8 rows and columns around it; of `matrix` the matrix, its rows
 *   padded to whole blocks
 */
export function placeWeights(
  weights: Float32Array,
  { inFeatures, tile }: LayerShape,
  samples: Float32Array,
): void {
  samples.fill(0);
  if (tile) {
    const width = tile.blocksPerRow * 8;
    const size = width * tile.blocksPerColumn * 8;
    for (let i = 0; i < weights.length; i++) {
      const row = Math.floor(i / inFeatures);
      const y = Math.floor((i % inFeatures) / tile.width) + tile.y;
      samples[row * size + y * width + (i % tile.width) + tile.x] = weights[i];
    }
  } else {
    const columns = Math.ceil(inFeatures / 8) * 8;
    for (let i = 0; i < weights.length; i++) {
      samples[Math.floor(i / inFeatures) * columns + (i % inFeatures)] = weights[i];
    }
  }
}
