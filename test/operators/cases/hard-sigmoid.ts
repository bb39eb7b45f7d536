import type { OperatorCase } from '../case.ts';

export const cases: readonly OperatorCase[] = [
  {
    what: 'defaults of ONNX',
    inputs: [[4]],
    values: [[-3, -1, 0, 5]],
    expected: [0, 0.3, 0.5, 1],
    shape: [4],
  },
  {
    what: 'as PyTorch has it',
    attributes: { alpha: 1 / 6 },
    inputs: [[3]],
    values: [[-3, 0, 1.5]],
    expected: [0, 0.5, 0.75],
    shape: [3],
  },
  { what: 'a feature map', inputs: [[3, 5, 7]], shape: [3, 5, 7] },
];
