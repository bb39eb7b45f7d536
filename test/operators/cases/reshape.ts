import type { OperatorCase } from '../case.ts';

export const cases: readonly OperatorCase[] = [
  {
    what: 'to a feature map',
    attributes: { shape: [2, 1, 3] },
    inputs: [[6]],
    values: [[1, 2, 3, 4, 5, 6]],
    expected: [1, 2, 3, 4, 5, 6],
    shape: [2, 1, 3],
  },
  { what: 'an open extent', attributes: { shape: [-1, 4] }, inputs: [[2, 6]], shape: [3, 4] },
];
