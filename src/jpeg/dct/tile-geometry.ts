/** Position of an input picture on its grid of 8×8 blocks; everything outside the picture is zero. */
export interface TileGeometry {
  /** Picture size in samples. */
  readonly width: number;
  readonly height: number;
  /** Position of the picture's top left sample in the block grid, each 0…7. */
  readonly x: number;
  readonly y: number;
  /** ceil((x + width) / 8), ceil((y + height) / 8). */
  readonly blocksPerRow: number;
  readonly blocksPerColumn: number;
}

/** Geometry of a `width`×`height` picture placed at (x, y) of its block grid. */
export function tileGeometry(width: number, height: number, x = 0, y = 0): TileGeometry {
  return {
    width,
    height,
    x,
    y,
    blocksPerRow: Math.ceil((x + width) / 8),
    blocksPerColumn: Math.ceil((y + height) / 8),
  };
}
