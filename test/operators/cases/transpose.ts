import type { OperatorCase } from '../case.ts';

export const cases: readonly OperatorCase[] = [
  {
    what: 'a matrix',
    attributes: { permutation: [1, 0] },
    inputs: [[2, 3]],
    values: [[1, 2, 3, 4, 5, 6]],
    expected: [1, 4, 2, 5, 3, 6],
    shape: [3, 2],
  },
  {
    what: 'height × width × channels to channels × height × width',
    attributes: { permutation: [2, 0, 1] },
    inputs: [[1, 2, 3]],
    values: [[1, 2, 3, 4, 5, 6]],
    expected: [1, 4, 2, 5, 3, 6],
    shape: [3, 1, 2],
  },
  {
    what: 'four axes',
    attributes: { permutation: [3, 1, 0, 2] },
    inputs: [[2, 3, 4, 5]],
    shape: [5, 3, 2, 4],
  },
];
