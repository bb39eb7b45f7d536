import type { OperatorCase } from '../case.ts';

const image = { inputs: [[2, 2, 2]], values: [[1, 2, 3, 4, -5, 6, 7, 8]] };

/** The value that one operator gives where all go through the same elements. */
function common(mean: readonly number[]): readonly OperatorCase[] {
  return [
    { what: 'the inner axes', attributes: { axes: [1, 2] }, ...image, expected: mean, shape: [2, 1, 1] },
    { what: 'a middle axis', attributes: { axes: [1], keepDims: false }, inputs: [[3, 4, 7]], shape: [3, 7] },
    { what: 'a long last axis', attributes: { axes: [-1] }, inputs: [[5, 27]], shape: [5, 1] },
  ];
}

export const families: Readonly<Record<string, readonly OperatorCase[]>> = {
  'reduce-max': common([4, 8]),
  'reduce-mean': [
    ...common([2.5, 4]),
    {
      what: 'the outermost axis',
      attributes: { axes: [0], keepDims: false },
      ...image,
      expected: [-2, 4, 5, 6],
      shape: [2, 2],
    },
    { what: 'all axes', attributes: { axes: [0, 1] }, inputs: [[3, 5]], shape: [1, 1] },
  ],
  'reduce-min': common([1, -5]),
  'reduce-sum': common([10, 16]),
};
