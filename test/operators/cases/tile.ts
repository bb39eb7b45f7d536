import type { OperatorCase } from '../case.ts';

export const cases: readonly OperatorCase[] = [
  {
    what: 'rows and columns',
    attributes: { repeats: [2, 3] },
    inputs: [[1, 2]],
    values: [[1, 2]],
    expected: [1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2],
    shape: [2, 6],
  },
  { what: 'a middle axis', attributes: { repeats: [1, 3, 1] }, inputs: [[2, 2, 5]], shape: [2, 6, 5] },
];
