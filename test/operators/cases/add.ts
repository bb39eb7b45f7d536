import { constant, type OperatorCase } from '../case.ts';

export const cases: readonly OperatorCase[] = [
  {
    what: 'equal shapes',
    inputs: [[3], [3]],
    values: [
      [1, 2, 3],
      [10, 20, 30],
    ],
    expected: [11, 22, 33],
    shape: [3],
  },
  {
    what: 'a constant per channel',
    constants: { operand: constant([2, 1, 1], [10, 20]) },
    inputs: [[2, 1, 3]],
    values: [[1, 2, 3, 4, 5, 6]],
    expected: [11, 12, 13, 24, 25, 26],
    shape: [2, 1, 3],
  },
  {
    what: 'both broadcast',
    inputs: [
      [2, 1],
      [1, 2],
    ],
    values: [
      [1, 2],
      [10, 20],
    ],
    expected: [11, 21, 12, 22],
    shape: [2, 2],
  },
  { what: 'a number', constants: { operand: constant([], [3]) }, inputs: [[5, 5]], shape: [5, 5] },
  {
    what: 'a constant first',
    attributes: { constantFirst: true },
    constants: { operand: constant([7], [1, 2, 3, 4, 5, 6, 7]) },
    inputs: [[3, 7]],
    shape: [3, 7],
  },
  {
    what: 'gates per channel',
    inputs: [
      [5, 6, 7],
      [5, 1, 1],
    ],
    shape: [5, 6, 7],
  },
  {
    what: 'rows and columns',
    inputs: [
      [3, 1, 5],
      [1, 4, 1],
    ],
    shape: [3, 4, 5],
  },
  {
    what: 'feature maps',
    inputs: [
      [4, 9, 9],
      [4, 9, 9],
    ],
    shape: [4, 9, 9],
  },
];
