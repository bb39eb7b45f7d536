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
  const clean = edge.filter((sample) => Math.abs(sample - level) <= CLEAN.levels).length;
  if (clean < CLEAN.share * edge.length) return false;
  const sign = background === 'light' ? -1 : 1;
  const columns = Float64Array.from(columnSums, (sum) => Math.max(0, sign * (sum - height * level)));
  const rows = Float64Array.from(rowSums, (sum) => Math.max(0, sign * (sum - width * level)));
  const across = extent(columns);
  const down = extent(rows);
  const size = Math.max(across.length / width, down.length / height) / BOX_SHARE;
  return (
    size >= SIZE.min &&
    size <= SIZE.max &&
    Math.abs(across.centre - middle(width)) <= OFF_CENTRE &&
    Math.abs(down.centre - middle(height)) <= OFF_CENTRE
  );
}

/** Centre of mass and length of a line's ink; NaN and 0 without any. */
function extent(ink: Float64Array): { readonly centre: number; readonly length: number } {
  const bound = INK_SHARE * ink.reduce((a, b) => Math.max(a, b), 0);
  const first = ink.findIndex((sum) => sum > bound);
  const last = ink.findLastIndex((sum) => sum > bound);
  let mass = 0;
  let moment = 0;
  ink.forEach((sum, at) => {
    mass += sum;
    moment += sum * (at + 0.5);
  });
  return { centre: moment / mass, length: first < 0 ? 0 : last + 1 - first };
}
