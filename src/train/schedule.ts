/** Schedules over a run; `progress` is 0 at its first step and 1 after its last. */

/** Fraction of the run in which the learning rate rises. */
const RISE = 0.1;
/** The rate starts at 1/25 of its maximum and ends at 1/10,000 of that. */
const START = 1 / 25;
const END = START / 10_000;

/**
 * One cycle (Smith and Topin, "Super-convergence", 2017), as a factor of the maximum learning rate: cosine up, cosine
 * down.
 */
export function oneCycle(progress: number): number {
  return progress < RISE ? cosine(START, 1, progress / RISE) : cosine(1, END, (progress - RISE) / (1 - RISE));
}

/** Lambda's factor: linear from 0 to 1 at `until`. */
export function lambdaRamp(progress: number, until: number): number {
  return until > 0 ? Math.min(1, progress / until) : 1;
}

function cosine(from: number, to: number, part: number): number {
  return to + ((from - to) * (1 + Math.cos(Math.PI * Math.min(1, part)))) / 2;
}
