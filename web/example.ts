import type { Point } from './drawing.ts';

/** The digit that the page begins with: a 3, as parts of the pad's side. */
export const EXAMPLE: readonly Point[] = (
  [
    [0.3, 0.28],
    [0.36, 0.21],
    [0.45, 0.17],
    [0.56, 0.17],
    [0.65, 0.22],
    [0.69, 0.31],
    [0.66, 0.4],
    [0.58, 0.46],
    [0.47, 0.48],
    [0.59, 0.5],
    [0.68, 0.56],
    [0.72, 0.65],
    [0.69, 0.75],
    [0.6, 0.82],
    [0.48, 0.84],
    [0.37, 0.81],
    [0.29, 0.74],
  ] as const
).map(([x, y]) => ({ x, y }));
