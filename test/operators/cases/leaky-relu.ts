import type { OperatorCase } from '../case.ts';

export const cases: readonly OperatorCase[] = [
  { what: 'default slope 0.01', inputs: [[3]], values: [[-2, 0, 3]], expected: [-0.02, 0, 3], shape: [3] },
  {
    what: 'slope 0.5',
    attributes: { alpha: 0.5 },
    inputs: [[3]],
    values: [[-2, 0, 3]],
    expected: [-1, 0, 3],
    shape: [3],
  },
  { what: 'a feature map', inputs: [[3, 5, 7]], shape: [3, 5, 7] },
];
