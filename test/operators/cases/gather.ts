import type { OperatorCase } from '../case.ts';

export const cases: readonly OperatorCase[] = [
  {
    what: 'rows in another order, one twice',
    attributes: { indices: [2, 0, 2] },
    inputs: [[3, 2]],
    values: [[1, 2, 3, 4, 5, 6]],
    expected: [5, 6, 1, 2, 5, 6],
    shape: [3, 2],
  },
  { what: 'columns', attributes: { axis: -1, indices: [4, 1] }, inputs: [[2, 3, 5]], shape: [2, 3, 2] },
];
