import type { OperatorCase } from '../case.ts';

export const cases: readonly OperatorCase[] = [
  {
    what: 'known values, both bends',
    inputs: [[7]],
    values: [[-100, -3, -1, 0, 1.5, 3, 100]],
    expected: [0, 0, -1 / 3, 0, 1.125, 3, 100],
    shape: [7],
  },
  { what: 'a feature map', inputs: [[3, 5, 7]], shape: [3, 5, 7] },
];
