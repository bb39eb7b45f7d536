import type { OperatorCase } from '../case.ts';

export const cases: readonly OperatorCase[] = [
  {
    what: 'ONNX test_spacetodepth_example',
    attributes: { blockSize: 2 },
    inputs: [[1, 4, 6]],
    values: [[0, 6, 1, 7, 2, 8, 12, 18, 13, 19, 14, 20, 3, 9, 4, 10, 5, 11, 15, 21, 16, 22, 17, 23]],
    expected: Array.from({ length: 24 }, (_, at) => at),
    shape: [4, 2, 3],
  },
  { what: 'channels', attributes: { blockSize: 3 }, inputs: [[2, 3, 6]], shape: [18, 1, 2] },
];
