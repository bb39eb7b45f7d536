import type { OperatorCase } from '../case.ts';

export const cases: readonly OperatorCase[] = [
  {
    what: 'every second row and column, as the shortcuts of ResNets have them',
    attributes: { starts: [0, 0, 0], lengths: [1, 2, 2], steps: [1, 2, 2] },
    inputs: [[1, 3, 4]],
    values: [[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]],
    expected: [1, 3, 9, 11],
    shape: [1, 2, 2],
  },
  {
    what: 'backwards',
    attributes: { starts: [3], lengths: [3], steps: [-1] },
    inputs: [[5]],
    values: [[1, 2, 3, 4, 5]],
    expected: [4, 3, 2],
    shape: [3],
  },
  {
    what: 'a part of the channels',
    attributes: { starts: [2, 0, 0], lengths: [3, 4, 5], steps: [1, 1, 1] },
    inputs: [[7, 4, 5]],
    shape: [3, 4, 5],
  },
  {
    what: 'an element several times, and a part',
    attributes: { starts: [1, 0], lengths: [3, 2], steps: [0, 2] },
    inputs: [[2, 4]],
    values: [[1, 2, 3, 4, 5, 6, 7, 8]],
    expected: [5, 7, 5, 7, 5, 7],
    shape: [3, 2],
  },
  {
    what: 'long rows, the last element is the last of the input',
    attributes: { starts: [1, 3], lengths: [4, 10], steps: [1, 1] },
    inputs: [[5, 13]],
    shape: [4, 10],
  },
];
