import type { OperatorCase } from '../case.ts';

export const cases: readonly OperatorCase[] = [
  {
    what: 'a value around the map',
    attributes: { pads: [0, 1, 0, 0, 0, 1], value: 0.5 },
    inputs: [[1, 2, 2]],
    values: [[1, 2, 3, 4]],
    expected: [0.5, 0.5, 0.5, 1, 2, 0.5, 3, 4, 0.5],
    shape: [1, 3, 3],
  },
  {
    what: 'edge',
    attributes: { pads: [0, 0, 2, 0, 0, 1], mode: 'edge' },
    inputs: [[1, 1, 3]],
    values: [[1, 2, 3]],
    expected: [1, 1, 1, 2, 3, 3],
    shape: [1, 1, 6],
  },
  {
    what: 'reflect',
    attributes: { pads: [0, 0, 2, 0, 0, 1], mode: 'reflect' },
    inputs: [[1, 1, 3]],
    values: [[1, 2, 3]],
    expected: [3, 2, 1, 2, 3, 2],
    shape: [1, 1, 6],
  },
  {
    what: 'channels of zeros, as the shortcuts of ResNets have them',
    attributes: { pads: [4, 0, 0, 4, 0, 0] },
    inputs: [[8, 3, 5]],
    shape: [16, 3, 5],
  },
  { what: 'a sequence', attributes: { pads: [1, 0, 2, 0] }, inputs: [[4, 5]], shape: [7, 5] },
  {
    what: 'a value around long rows',
    attributes: { pads: [0, 1, 2, 0, 0, 3], value: 0.5 },
    inputs: [[3, 4, 11]],
    shape: [3, 5, 16],
  },
];
