import type { Conv2dAttributes } from './attributes.ts';
import type { TileSize } from './winograd-matrices.ts';

/** Tiles of 4×4 from which their weights, four times those of the kernels, are read often enough. */
const MIN_LARGE_TILES = 16;
/** Channels from which the transforms of tiles cost less than they save, of tiles of 2×2 and 4×4, and outputs. */
export const MIN_CHANNELS = { 2: 8, 4: 3 } as const;
const MIN_OUTPUTS = 8;

/**
 * The tiles in which backend `wasm` multiplies a convolution of 3×3 without strides and groups, on maps of whole tiles; undefined for any
 * other. `shape`: O × I × KH × KW; `map`: rows and columns of the outputs.
 */
export function tileSize(
  [outputs, channels, ...kernel]: readonly number[],
  { strides, dilations, groups }: Pick<Conv2dAttributes, 'strides' | 'dilations' | 'groups'>,
  [rows, columns]: readonly number[],
): TileSize | undefined {
  const form = [...kernel, ...strides, ...dilations, groups].join();
  if (form !== '3,3,1,1,1,1,1' || outputs < MIN_OUTPUTS) return undefined;
  const isLarge = rows % 4 === 0 && columns % 4 === 0 && rows * columns >= 16 * MIN_LARGE_TILES;
  if (isLarge && channels >= MIN_CHANNELS[4]) return 4;
  return channels >= MIN_CHANNELS[2] && rows % 2 === 0 && columns % 2 === 0 && rows * columns >= 16
    ? 2
    : undefined;
}
