import type { DecodedPicture } from './picture.ts';

/** Dark: light strokes on a dark ground, as in MNIST. Light: ink on paper. */
export type Ground = 'dark' | 'light';

/** What a caller says of a picture's ground; `auto` leaves it to be found out. */
export type GroundOption = Ground | 'auto';

export interface GroundEstimate {
  readonly ground: Ground;
  /** Level of the ground, 0…255: the median along the picture's edge. */
  readonly level: number;
}

/**
 * Tells a dark ground from a light one. The ground is what the picture's edge shows, by its median, so that a stroke
 * that runs over the edge does not matter. It is light if that lies above the middle between the darkest and the
 * lightest value: relative, so that paper photographed in shade, below mid-grey, is still light. A picture without any
 * contrast goes by mid-grey.
 *
 * @param edge levels along the edge, 0…255
 * @param levels levels all over the picture
 */
export function estimateGround(edge: ArrayLike<number>, levels: ArrayLike<number>): GroundEstimate {
  const sorted = Float64Array.from(edge).sort();
  const level = (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
  let darkest = level;
  let lightest = level;
  for (let i = 0; i < levels.length; i++) {
    darkest = Math.min(darkest, levels[i]);
    lightest = Math.max(lightest, levels[i]);
  }
  const middle = (darkest + lightest) / 2;
  return { ground: level > (lightest > darkest ? middle : 127.5) ? 'light' : 'dark', level };
}

/** `estimateGround` of width × height samples. */
export function estimateGroundOfSamples(
  samples: Float32Array,
  width: number,
  height: number,
): GroundEstimate {
  const edge: number[] = [];
  for (let x = 0; x < width; x++) edge.push(samples[x], samples[(height - 1) * width + x]);
  for (let y = 1; y < height - 1; y++) edge.push(samples[y * width], samples[(y + 1) * width - 1]);
  return estimateGround(edge, samples);
}

/**
 * Lays a picture with transparent parts over a ground: black for dark, white for light, and for `auto` whichever of the
 * two its visible part stands out against more: white strokes on nothing were meant for a dark ground.
 */
export function compositeOverGround({ luma, alpha }: DecodedPicture, ground: Ground | 'auto'): Float32Array {
  if (alpha === null) return luma;
  const isLight = ground === 'auto' ? visibleMean(luma, alpha) < 127.5 : ground === 'light';
  const level = isLight ? 255 : 0;
  return luma.map((sample, pixel) => level + (sample - level) * alpha[pixel]);
}

/** Mean luma weighted by opacity, or 0 where nothing is visible at all. */
function visibleMean(luma: Float32Array, alpha: Float32Array): number {
  let sum = 0;
  let weight = 0;
  for (let pixel = 0; pixel < luma.length; pixel++) {
    sum += luma[pixel] * alpha[pixel];
    weight += alpha[pixel];
  }
  return weight === 0 ? 0 : sum / weight;
}
