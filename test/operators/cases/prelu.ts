import { constant, type OperatorCase } from '../case.ts';

export const cases: readonly OperatorCase[] = [
  {
    what: 'one slope per channel',
    constants: { slope: constant([2, 1, 1], [0.5, 2]) },
    inputs: [[2, 1, 3]],
    values: [[-1, 0, 1, -1, 0, 1]],
    expected: [-0.5, 0, 1, -2, 0, 1],
    shape: [2, 1, 3],
  },
  { what: 'one slope for all', constants: { slope: constant([1], [0.25]) }, inputs: [[3, 5]], shape: [3, 5] },
  {
    what: 'a vector, one slope each',
    constants: { slope: constant([5], [0, 1, 2, 3, 4]) },
    inputs: [[5]],
    values: [[-1, -1, -1, -1, 1]],
    expected: [0, -1, -2, -3, 1],
    shape: [5],
  },
];
