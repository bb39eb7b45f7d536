import type { OperatorCase } from '../case.ts';

export const cases: readonly OperatorCase[] = [
  {
    what: 'two channels',
    inputs: [[2, 2, 2]],
    values: [[1, 2, 3, 6, -1, 0, 0, 1]],
    expected: [3, 0],
    shape: [2, 1, 1],
  },
  { what: 'a map of odd size', inputs: [[5, 7, 3]], shape: [5, 1, 1], tolerance: 4e-6 },
];
