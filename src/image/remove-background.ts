import type { GreySamples } from './resample.ts';

/** A picture without what lies behind its strokes: paper or board with its shading. */
export interface Foreground {
  /** width × height: how far each sample stands out from the background, in levels; strokes are positive. */
  readonly contrast: Float32Array;
  /** Standard deviation of the background's samples around the fitted surface, in levels. */
  readonly noise: number;
}

/** Terms of the surface: 1, x, y, x², xy, y², with x and y from −1 to 1. */
const TERMS = 6;
/** Rounds of fitting; what is left out hardly changes after so many. */
const ROUNDS = 8;
/** Samples beyond so many standard deviations, and so many levels, are strokes and left out of the next fit. */
const OUTLIER = { deviations: 2.5, levels: 3 };
/** The surface is fitted to about so many samples on a grid. */
const FITTED = 1024;
/** Standard deviation of a normal distribution from the median of its absolute values. */
const DEVIATION_FROM_MEDIAN = 1.4826;

/** Samples of a picture on a grid, with the terms of the surface at each. */
interface Grid {
  readonly samples: Float64Array;
  /** samples.length × TERMS. */
  readonly terms: Float64Array;
}

/**
 * Takes the background from a picture: a quadratic surface, which follows shading and vignetting, fitted by least squares
 * to the samples that are no strokes. Strokes lie on one side of the background, so each round leaves out what stands out
 * on that side and fits the rest anew.
 *
 * @param sign 1 where strokes are lighter than the background, −1 where they are darker
 * @param level the background's level to begin with, 0…255
 */
export function removeBackground(picture: GreySamples, sign: 1 | -1, level: number): Foreground {
  const grid = gridOf(picture);
  const residuals = new Float64Array(grid.samples.length);
  const behind = new Float64Array(grid.samples.length);
  const kept = new Uint8Array(grid.samples.length);
  let surface: Float64Array = Float64Array.of(level, 0, 0, 0, 0, 0);
  let noise = 0;
  for (let round = 0; round < ROUNDS; round++) {
    residualsOf(grid, surface, residuals);
    // The side without strokes tells the noise: half of a distribution around 0.
    let count = 0;
    for (let index = 0; index < residuals.length; index++) {
      const residual = sign * residuals[index];
      if (residual <= 0) behind[count++] = -residual;
    }
    noise = count === 0 ? 0 : DEVIATION_FROM_MEDIAN * behind.subarray(0, count).sort()[count >> 1];
    const bound = Math.max(OUTLIER.deviations * noise, OUTLIER.levels);
    let changes = false;
    for (let index = 0; index < kept.length; index++) {
      const keep = sign * residuals[index] <= bound ? 1 : 0;
      changes ||= keep !== kept[index];
      kept[index] = keep;
    }
    // The same samples give the same surface, in this round and in all that would follow; none give none.
    if (!changes) break;
    const fitted = fitSurface(grid, kept);
    if (fitted === undefined) break;
    surface = fitted;
  }
  const { width, height, samples } = picture;
  const contrast = new Float32Array(samples.length);
  for (let y = 0, at = 0; y < height; y++) {
    const v = coordinate(y, height);
    const constant = surface[0] + v * (surface[2] + v * surface[5]);
    const slope = surface[1] + v * surface[4];
    for (let x = 0; x < width; x++, at++) {
      const u = coordinate(x, width);
      contrast[at] = sign * (samples[at] - constant - u * (slope + u * surface[3]));
    }
  }
  return { contrast, noise };
}

/**
 * On which side of its shading a picture is skewed: above 0 if its outliers are light, below 0 if they are dark. Strokes
 * are few and far from the background, so they decide the third moment.
 */
export function skewness(picture: GreySamples): number {
  const grid = gridOf(picture);
  const surface = fitSurface(grid, new Uint8Array(grid.samples.length).fill(1));
  if (surface === undefined) return 0;
  return residualsOf(grid, surface, new Float64Array(grid.samples.length)).reduce(
    (sum, residual) => sum + residual ** 3,
    0,
  );
}

function gridOf({ width, height, samples }: GreySamples): Grid {
  const step = Math.max(1, Math.floor(Math.sqrt(samples.length / FITTED)));
  const columns = Math.ceil(width / step);
  const count = columns * Math.ceil(height / step);
  const grid = { samples: new Float64Array(count), terms: new Float64Array(count * TERMS) };
  for (let index = 0; index < count; index++) {
    const x = (index % columns) * step;
    const y = Math.floor(index / columns) * step;
    const [u, v] = [coordinate(x, width), coordinate(y, height)];
    grid.samples[index] = samples[y * width + x];
    const at = index * TERMS;
    grid.terms[at] = 1;
    grid.terms[at + 1] = u;
    grid.terms[at + 2] = v;
    grid.terms[at + 3] = u * u;
    grid.terms[at + 4] = u * v;
    grid.terms[at + 5] = v * v;
  }
  return grid;
}

/** The middle of a sample, from −1 to 1. */
function coordinate(index: number, length: number): number {
  return (2 * index + 1) / length - 1;
}

function residualsOf({ samples, terms }: Grid, surface: Float64Array, residuals: Float64Array): Float64Array {
  for (let index = 0; index < samples.length; index++) {
    let value = samples[index];
    for (let k = 0; k < TERMS; k++) value -= surface[k] * terms[index * TERMS + k];
    residuals[index] = value;
  }
  return residuals;
}

/** The surface through the samples whose `kept` is 1, by the normal equations; undefined where they are too few. */
function fitSurface({ samples, terms }: Grid, kept: Uint8Array): Float64Array | undefined {
  const matrix = new Float64Array(TERMS * TERMS);
  const right = new Float64Array(TERMS);
  let count = 0;
  for (let index = 0; index < samples.length; index++) {
    if (kept[index] === 0) continue;
    count++;
    for (let i = 0; i < TERMS; i++) {
      const term = terms[index * TERMS + i];
      right[i] += term * samples[index];
      for (let j = i; j < TERMS; j++) matrix[i * TERMS + j] += term * terms[index * TERMS + j];
    }
  }
  if (count < 2 * TERMS) return undefined;
  for (let i = 1; i < TERMS; i++) {
    for (let j = 0; j < i; j++) matrix[i * TERMS + j] = matrix[j * TERMS + i];
  }
  // A little damping keeps the matrix positive definite, so that elimination needs no pivoting.
  for (let i = 1; i < TERMS; i++) matrix[i * TERMS + i] += 1e-6 * count;
  for (let i = 0; i < TERMS; i++) {
    const pivot = matrix[i * TERMS + i];
    for (let row = 0; row < TERMS; row++) {
      if (row === i) continue;
      const factor = matrix[row * TERMS + i] / pivot;
      for (let j = i; j < TERMS; j++) matrix[row * TERMS + j] -= factor * matrix[i * TERMS + j];
      right[row] -= factor * right[i];
    }
  }
  return right.map((value, i) => value / matrix[i * TERMS + i]);
}
