import type { OperatorCase } from '../case.ts';

export const cases: readonly OperatorCase[] = [
  {
    what: 'channels',
    inputs: [
      [1, 2],
      [2, 2],
    ],
    values: [
      [1, 2],
      [3, 4, 5, 6],
    ],
    expected: [1, 2, 3, 4, 5, 6],
    shape: [3, 2],
  },
  {
    what: 'columns',
    attributes: { axis: -1 },
    inputs: [
      [2, 1],
      [2, 2],
      [2, 1],
    ],
    values: [
      [1, 2],
      [3, 4, 5, 6],
      [7, 8],
    ],
    expected: [1, 3, 4, 7, 2, 5, 6, 8],
    shape: [2, 4],
  },
  { what: 'one value', inputs: [[3, 3]], shape: [3, 3] },
  {
    what: 'rows of feature maps',
    attributes: { axis: 1 },
    inputs: [
      [3, 2, 5],
      [3, 4, 5],
    ],
    shape: [3, 6, 5],
  },
];
