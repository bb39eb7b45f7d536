import type { OperatorCase } from '../case.ts';

export const cases: readonly OperatorCase[] = [
  {
    what: 'ReLU6',
    attributes: { min: 0, max: 6 },
    inputs: [[5]],
    values: [[-1, 0, 3, 6, 9]],
    expected: [0, 0, 3, 6, 6],
    shape: [5],
  },
  {
    what: 'no bounds',
    inputs: [[3]],
    values: [[-(2 ** 60), 2, 2 ** 60]],
    expected: [-(2 ** 60), 2, 2 ** 60],
    shape: [3],
  },
  {
    what: 'min above max gives max, as ONNX says',
    attributes: { min: 2, max: 1 },
    inputs: [[3]],
    values: [[0, 1.5, 3]],
    expected: [1, 1, 1],
    shape: [3],
  },
  { what: 'a feature map', inputs: [[3, 5, 7]], shape: [3, 5, 7] },
];
