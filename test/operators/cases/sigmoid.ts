import type { OperatorCase } from '../case.ts';

export const cases: readonly OperatorCase[] = [
  {
    what: 'known values',
    inputs: [[5]],
    values: [[-200, -1, 0, 1, 200]],
    expected: [0, 0.2689414213699951, 0.5, 0.7310585786300049, 1],
    shape: [5],
  },
  { what: 'a feature map', inputs: [[3, 5, 7]], shape: [3, 5, 7] },
];
