import { constant, type OperatorCase } from '../case.ts';

export const cases: readonly OperatorCase[] = [
  {
    what: 'channels of a feature map',
    constants: { scale: constant([2], [2, -1]), offset: constant([2], [1, 0.5]) },
    inputs: [[2, 1, 3]],
    values: [[1, 2, 3, 4, 5, 6]],
    expected: [3, 5, 7, -3.5, -4.5, -5.5],
    shape: [2, 1, 3],
  },
  {
    what: 'a vector',
    constants: { scale: constant([3], [1, 2, 3]), offset: constant([3], [0, 1, 2]) },
    inputs: [[3]],
    values: [[1, 1, 1]],
    expected: [1, 3, 5],
    shape: [3],
  },
];
