import type { OperatorCase } from '../case.ts';

export const cases: readonly OperatorCase[] = [
  {
    what: 'known values',
    inputs: [[7]],
    values: [[-90, -1, -0.1, 0, 0.1, 1, 90]],
    expected: [-1, -0.7615941559557649, -0.09966799462495582, 0, 0.09966799462495582, 0.7615941559557649, 1],
    shape: [7],
  },
  { what: 'a feature map', inputs: [[3, 5, 7]], shape: [3, 5, 7] },
];
