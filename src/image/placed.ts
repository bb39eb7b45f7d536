import type { Background } from './background.ts';
import { BOX_SHARE, middle } from './center-of-mass.ts';

/**
 * A picture of the network's own size, as far as it takes to tell whether it is centred by its mass already. All of it are
 * sums of samples, which coefficients give as exactly as pixels do.
 */
export interface Profile {
  readonly width: number;
  readonly height: number;
  /** Levels along the edge, 0…255. */
  readonly edge: readonly number[];
  /** Sum of the samples in each column and in each row. */
  readonly columnSums: ArrayLike<number>;
  readonly rowSums: ArrayLike<number>;
}

/** A background without shading and noise: nine tenths of the edge lie within so many levels of black, or of white. */
const CLEAN = { share: 0.9, levels: 16 };
/** How far the centre of mass may be from the middle along each axis, in samples. */
const OFF_CENTRE = 1;
/** The longer side of the ink, as a share of 20/28 of the picture's. */
const SIZE = { min: 0.85, max: 1.1 };
/** A column or row shows ink from this share of the strongest one on. */
const INK_SHARE = 0.04;

/**
 * Whether a picture is as `centerByMass` would make it: clean black or white background, centre of mass within a sample
 * of the middle, longer side 17 to 22 of 28. Such a picture enters a network unchanged.
 */
export function isPlaced(
  { width, height, edge, columnSums, rowSums }: Profile,
  background: Background,
): boolean {
  const level = background === 'light' ? 255 : 0;
  let clean = 0;
  for (const sample of edge) if (Math.abs(sample - level) <= CLEAN.levels) clean++;
  if (clean < CLEAN.share * edge.length) return false;
  const sign = background === 'light' ? -1 : 1;
  const across = extent(columnSums, height * level, sign);
  const down = extent(rowSums, width * level, sign);
  const size = Math.max(across.length / width, down.length / height) / BOX_SHARE;
  return (
    size >= SIZE.min &&
    size <= SIZE.max &&
    Math.abs(across.centre - middle(width)) <= OFF_CENTRE &&
    Math.abs(down.centre - middle(height)) <= OFF_CENTRE
  );
}

/**
 * Centre of mass and length of the ink along an axis; NaN and 0 without any.
 *
 * @param sums of the samples of each column or row
 * @param empty such a sum without ink
 * @param sign 1 where ink is lighter than the background, −1 where it is darker
 */
function extent(
  sums: ArrayLike<number>,
  empty: number,
  sign: 1 | -1,
): { readonly centre: number; readonly length: number } {
  let max = 0;
  for (let at = 0; at < sums.length; at++) max = Math.max(max, sign * (sums[at] - empty));
  const bound = INK_SHARE * max;
  let first = -1;
  let last = -1;
  let mass = 0;
  let moment = 0;
  for (let at = 0; at < sums.length; at++) {
    const sum = Math.max(0, sign * (sums[at] - empty));
    if (sum > bound) {
      if (first < 0) first = at;
      last = at;
    }
    mass += sum;
    moment += sum * (at + 0.5);
  }
  return { centre: moment / mass, length: first < 0 ? 0 : last + 1 - first };
}
