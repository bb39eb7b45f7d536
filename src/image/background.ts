import type { DecodedPicture } from './picture.ts';
import { skewness } from './remove-background.ts';
import type { GreySamples } from './resample.ts';

/** Dark: light strokes on a dark background, as in MNIST. Light: ink on paper. */
export type Background = 'dark' | 'light';

/** What a caller says of a picture's background; `auto` leaves it to be found out. */
export type BackgroundOption = Background | 'auto';

export interface BackgroundEstimate {
  readonly background: Background;
  /** Level of the background, 0…255: the median along the picture's edge. */
  readonly level: number;
  /** How far the level lies from the middle between darkest and lightest, as a share of their distance: 0 to 0.5. */
  readonly margin: number;
}

/** Below this margin of an estimate by the edge, the whole picture decides. */
const CLEAR_MARGIN = 0.25;

/**
 * Tells a dark background from a light one. The background is what the picture's edge shows, by its median, so that a stroke
 * that runs over the edge does not matter. It is light if that lies above the middle between the darkest and the
 * lightest value: relative, so that paper photographed in shade, below mid-grey, is still light. A picture without any
 * contrast goes by mid-grey.
 *
 * @param edge levels along the edge, 0…255
 * @param levels levels all over the picture
 */
export function estimateBackground(edge: ArrayLike<number>, levels: ArrayLike<number>): BackgroundEstimate {
  const sorted = Float64Array.from(edge).sort();
  const level = (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
  let darkest = level;
  let lightest = level;
  for (let i = 0; i < levels.length; i++) {
    const value = levels[i];
    if (value < darkest) darkest = value;
    else if (value > lightest) lightest = value;
  }
  const middle = (darkest + lightest) / 2;
  const range = lightest - darkest;
  return {
    background: level > (range > 0 ? middle : 127.5) ? 'light' : 'dark',
    level,
    margin: range > 0 ? Math.abs(level - middle) / range : 0.5,
  };
}

/**
 * `estimateBackground` of a picture. Where shading leaves the edge's level near the middle, strokes are told by their being
 * few: they lie on the side to which the picture is skewed.
 */
export function estimateBackgroundOfSamples(picture: GreySamples): BackgroundEstimate {
  const estimate = estimateBackground(edgeOf(picture), picture.samples);
  if (estimate.margin >= CLEAR_MARGIN) return estimate;
  return { ...estimate, background: skewness(picture) < 0 ? 'light' : 'dark' };
}

/** The samples along a picture's edge. */
export function edgeOf({ width, height, samples }: GreySamples): number[] {
  const edge: number[] = [];
  for (let x = 0; x < width; x++) edge.push(samples[x], samples[(height - 1) * width + x]);
  for (let y = 1; y < height - 1; y++) edge.push(samples[y * width], samples[(y + 1) * width - 1]);
  return edge;
}

/**
 * Lays planes of a picture with transparent parts, its luma if none are given, over a background: black for dark, white for
 * light, and for `auto` what its visible part asks for, see `backdropLevel`.
 */
export function compositeOverBackground(
  picture: Pick<DecodedPicture, 'width' | 'height' | 'luma' | 'alpha'>,
  background: BackgroundOption,
  planes: Float32Array = picture.luma,
): Float32Array {
  const { alpha } = picture;
  if (alpha === null) return planes;
  const level = background === 'auto' ? backdropLevel(picture, alpha) : background === 'light' ? 255 : 0;
  return planes.map((sample, at) => level + (sample - level) * alpha[at % alpha.length]);
}

/** Levels from the rim of the visible part at which something else in it stands out, and the least share of it. */
const OWN_CONTRAST = { levels: 64, share: 0.02 };

/**
 * The level that belongs behind a picture's transparent part. Strokes alone are of one tone: white or black, whichever
 * they stand out against more. A visible part that has a background of its own, such as a sheet of paper cut out, goes on
 * with what its rim shows.
 */
function backdropLevel(
  { width, height, luma }: Pick<DecodedPicture, 'width' | 'height' | 'luma'>,
  alpha: Float32Array,
): number {
  let sum = 0;
  let weight = 0;
  let max = 0;
  for (let pixel = 0; pixel < luma.length; pixel++) {
    sum += luma[pixel] * alpha[pixel];
    weight += alpha[pixel];
    max = Math.max(max, alpha[pixel]);
  }
  if (weight === 0) return 255;
  const isVisible = (x: number, y: number): boolean =>
    x >= 0 && x < width && y >= 0 && y < height && alpha[y * width + x] >= max / 2;
  const rim = new Uint32Array(256);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (!isVisible(x, y)) continue;
      const inside = isVisible(x - 1, y) && isVisible(x + 1, y) && isVisible(x, y - 1) && isVisible(x, y + 1);
      if (!inside) rim[Math.round(luma[y * width + x])]++;
    }
  }
  const rimLevel = medianOf(rim);
  let different = 0;
  for (let pixel = 0; pixel < luma.length; pixel++) {
    if (Math.abs(luma[pixel] - rimLevel) > OWN_CONTRAST.levels) different += alpha[pixel];
  }
  if (different > OWN_CONTRAST.share * weight) return rimLevel;
  return sum / weight < 127.5 ? 255 : 0;
}

/** The median of whole numbers, given how often each occurs. */
function medianOf(counts: Uint32Array): number {
  const half = counts.reduce((sum, count) => sum + count, 0) / 2;
  let below = 0;
  return counts.findIndex((count) => {
    below += count;
    return below >= half;
  });
}
