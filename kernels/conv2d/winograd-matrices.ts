/**
 * Winograd's F(m×m, 3×3) (A. Lavin and S. Gray, "Fast Algorithms for Convolutional Neural Networks", CVPR 2016):
 * Y = Aᵀ·[(G·g·Gᵀ) ∘ (Bᵀ·d·B)]·A for a kernel g of 3×3 and a tile d of (m + 2)×(m + 2) inputs. The assembly has B and A written out.
 */
export interface TileMatrices {
  /** Bᵀ, (m + 2)×(m + 2). */
  readonly input: readonly (readonly number[])[];
  /** G, (m + 2)×3. */
  readonly kernel: readonly (readonly number[])[];
  /** Aᵀ, m×(m + 2). */
  readonly output: readonly (readonly number[])[];
}

/** Outputs of a tile along a side. */
export type TileSize = 2 | 4;

export const TILE_MATRICES: Readonly<Record<TileSize, TileMatrices>> = {
  2: {
    input: [
      [1, 0, -1, 0],
      [0, 1, 1, 0],
      [0, -1, 1, 0],
      [0, 1, 0, -1],
    ],
    kernel: [
      [1, 0, 0],
      [1 / 2, 1 / 2, 1 / 2],
      [1 / 2, -1 / 2, 1 / 2],
      [0, 0, 1],
    ],
    output: [
      [1, 1, 1, 0],
      [0, 1, -1, -1],
    ],
  },
  4: {
    input: [
      [4, 0, -5, 0, 1, 0],
      [0, -4, -4, 1, 1, 0],
      [0, 4, -4, -1, 1, 0],
      [0, -2, -1, 2, 1, 0],
      [0, 2, -1, -2, 1, 0],
      [0, 4, 0, -5, 0, 1],
    ],
    kernel: [
      [1 / 4, 0, 0],
      [-1 / 6, -1 / 6, -1 / 6],
      [-1 / 6, 1 / 6, -1 / 6],
      [1 / 24, 1 / 12, 1 / 6],
      [1 / 24, -1 / 12, 1 / 6],
      [0, 0, 1],
    ],
    output: [
      [1, 1, 1, 1, 1, 0],
      [0, 1, -1, 2, -2, 0],
      [0, 1, 1, 4, 4, 0],
      [0, 1, -1, 8, -8, 1],
    ],
  },
};
