import { elementCount, type Precision } from '../node.ts';
import type { FusedConv2dAttributes } from './attributes.ts';
import { MAX_TAPS } from './quads.ts';
import { MIN_CHANNELS, tileSize } from './tiling.ts';
import type { TileSize } from './winograd-matrices.ts';

/** How a backend holds and multiplies convolutions. */
export interface ConvolutionOptions {
  readonly precision: Precision;
  /** Whether what takes less memory is chosen, not what takes less time. */
  readonly isCompact: boolean;
}

/** How backend `wasm` multiplies one convolution. */
export type Way = {
  readonly precision: Precision;
  /** How inputs are multiplied that have negative elements; undefined where that is known beforehand, or makes no difference. */
  readonly otherwise?: Way;
} & (
  | { readonly kind: 'tiles'; readonly tile: TileSize }
  /**
   * A channel that only meets itself; a kernel of one pixel, its maps as one row; the same of the pixels that strides take; rows whose
   * length is a multiple of four; rows of any length.
   */
  | { readonly kind: 'depthwise' | 'pixels' | 'thinned' | 'rows' | 'lines'; readonly tile?: undefined }
);

/** `shape`: O × I × KH × KW; `map`: rows and columns of the outputs. */
export function wayOf(
  shape: readonly number[],
  attributes: FusedConv2dAttributes,
  map: readonly number[],
  { precision, isCompact }: ConvolutionOptions,
): Way {
  const { groups, strides, dilations, pads } = attributes;
  const [outputs, perGroup, ...kernel] = shape;
  const channels = perGroup * groups;
  if (groups === channels && groups === outputs) return { kind: 'depthwise', precision: 'float32' };
  const pixels = elementCount(map);
  const isPixel = elementCount(kernel) === 1 && pads.join() === '0,0,0,0' && pixels > 0 && pixels % 4 === 0;
  const kind = isPixel
    ? strides.join() === '1,1'
      ? 'pixels'
      : 'thinned'
    : map[1] % 4 === 0
      ? 'rows'
      : 'lines';
  const inIntegers = precision !== 'float32' && groups === 1;
  // Neighbours of a single channel have to lie in one plane.
  const hasWords =
    inIntegers && kind !== 'lines' && (channels > 1 || (strides[1] === 1 && dilations[1] === 1));
  if (precision === 'int8' && hasWords && elementCount(shape.slice(1)) <= MAX_TAPS) {
    const { isNonNegative, isGiven } = attributes;
    if (isNonNegative) return { kind, precision };
    const otherwise = wayOf(shape, attributes, map, { precision: 'int16', isCompact });
    return isGiven ? { kind, precision, otherwise } : otherwise;
  }
  const tile = isCompact ? undefined : tileSize(shape, attributes, map);
  if (tile && !inIntegers) return { kind: 'tiles', tile, precision: 'float32' };
  // Sums of tiles of 4×4 would leave few bits of int16 to the inputs; tiles of 2×2 in pairs take a tenth less time.
  if (tile && channels >= MIN_CHANNELS[2]) return { kind: 'tiles', tile: 2, precision: 'int16' };
  return { kind, precision: hasWords ? 'int16' : 'float32' };
}
