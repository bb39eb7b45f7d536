import type { OperatorCase } from '../case.ts';

// ONNX test_depthtospace_example and test_depthtospace_crd_mode_example, without their second row.
const values = [[0, 1, 2, 9, 10, 11, 18, 19, 20, 27, 28, 29, 36, 37, 38, 45, 46, 47, 54, 55, 56, 63, 64, 65]];

export const cases: readonly OperatorCase[] = [
  {
    what: 'DCR',
    attributes: { blockSize: 2 },
    inputs: [[8, 1, 3]],
    values,
    expected: [0, 18, 1, 19, 2, 20, 36, 54, 37, 55, 38, 56, 9, 27, 10, 28, 11, 29, 45, 63, 46, 64, 47, 65],
    shape: [2, 2, 6],
  },
  {
    what: 'CRD',
    attributes: { blockSize: 2, mode: 'CRD' },
    inputs: [[8, 1, 3]],
    values,
    expected: [0, 9, 1, 10, 2, 11, 18, 27, 19, 28, 20, 29, 36, 45, 37, 46, 38, 47, 54, 63, 55, 64, 56, 65],
    shape: [2, 2, 6],
  },
];
