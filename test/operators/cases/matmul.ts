import { constant, type OperatorCase, seededValues } from '../case.ts';

export const cases: readonly OperatorCase[] = [
  {
    what: 'two values',
    inputs: [
      [2, 3],
      [3, 2],
    ],
    values: [
      [1, 2, 3, 4, 5, 6],
      [1, 0, 10, 1, 100, 2],
    ],
    expected: [321, 8, 654, 17],
    shape: [2, 2],
  },
  {
    what: 'a weight, one row per output',
    constants: { weight: constant([2, 3], [1, 10, 100, 0, 1, 2]) },
    inputs: [[2, 3]],
    values: [[1, 2, 3, 4, 5, 6]],
    expected: [321, 8, 654, 17],
    shape: [2, 2],
  },
  {
    what: 'blocks of rows and columns, and what is left of them',
    inputs: [
      [2, 9, 5],
      [2, 5, 13],
    ],
    shape: [2, 9, 13],
  },
  {
    what: 'axes before the matrices broadcast',
    inputs: [
      [3, 1, 4, 2],
      [1, 2, 2, 3],
    ],
    shape: [3, 2, 4, 3],
  },
  {
    what: 'a weight for every vector of a sequence',
    constants: { weight: constant([19, 7], [...seededValues(133, 5)]) },
    inputs: [[2, 3, 7]],
    shape: [2, 3, 19],
  },
];
