import type { OperatorCase } from '../case.ts';

export const cases: readonly OperatorCase[] = [
  {
    what: 'known values',
    inputs: [[4]],
    values: [[-100, -1, 0, 2]],
    expected: [0, -0.2689414213699951, 0, 1.7615941559557649],
    shape: [4],
  },
  { what: 'a feature map', inputs: [[3, 5, 7]], shape: [3, 5, 7] },
];
