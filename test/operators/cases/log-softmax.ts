import type { OperatorCase } from '../case.ts';

export const cases: readonly OperatorCase[] = [
  {
    // ONNX test_logsoftmax_example_1.
    what: 'a vector',
    inputs: [[3]],
    values: [[-1, 0, 1]],
    expected: [-2.40760596, -1.40760596, -0.40760596],
    shape: [3],
  },
  {
    what: 'large numbers do not overflow',
    inputs: [[2]],
    values: [[10000, 10001]],
    expected: [-1.31326169, -0.31326169],
    shape: [2],
  },
  { what: 'along rows', attributes: { axis: 1 }, inputs: [[2, 7, 9]], shape: [2, 7, 9] },
  { what: 'a long last axis', inputs: [[3, 27]], shape: [3, 27] },
];
