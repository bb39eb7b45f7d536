import type { OperatorCase } from '../case.ts';

export const cases: readonly OperatorCase[] = [
  {
    what: 'exact, as the ONNX specification has it',
    inputs: [[3]],
    values: [[-1, 0, 1]],
    expected: [-0.15865525393145707, 0, 0.8413447460685429],
    shape: [3],
  },
  {
    what: 'exact, the tails',
    inputs: [[4]],
    values: [[-10, -3, 3, 10]],
    expected: [0, -0.00404969409489, 2.99595030590511, 10],
    shape: [4],
  },
  {
    what: 'tanh, as the ONNX specification has it',
    attributes: { approximate: 'tanh' },
    inputs: [[3]],
    values: [[-1, 0, 1]],
    expected: [-0.15880800939172324, 0, 0.8411919906082768],
    shape: [3],
  },
  { what: 'tanh, a vector', attributes: { approximate: 'tanh' }, inputs: [[37]], shape: [37] },
  { what: 'a feature map', inputs: [[3, 5, 7]], shape: [3, 5, 7] },
];
