import type { OperatorCase } from '../case.ts';

export const cases: readonly OperatorCase[] = [
  {
    what: '2×2',
    attributes: { kernel: [2, 2], strides: [2, 2] },
    inputs: [[1, 2, 4]],
    values: [[1, 5, 2, 0, 3, 3, 8, -2]],
    expected: [3, 2],
    shape: [1, 1, 2],
  },
  {
    what: 'padding does not count',
    attributes: { kernel: [2, 2], pads: [1, 1, 0, 0] },
    inputs: [[1, 2, 2]],
    values: [[4, 8, 0, 4]],
    expected: [4, 6, 2, 4],
    shape: [1, 2, 2],
  },
  {
    what: 'padding counts as zeros',
    attributes: { kernel: [2, 2], pads: [1, 1, 0, 0], countIncludePad: true },
    inputs: [[1, 2, 2]],
    values: [[4, 8, 0, 4]],
    expected: [1, 3, 1, 4],
    shape: [1, 2, 2],
  },
  {
    // ONNX test_averagepool_2d_ceil.
    what: 'ceil mode: what lies beyond the map does not count',
    attributes: { kernel: [3, 3], strides: [2, 2], ceilMode: true },
    inputs: [[1, 4, 4]],
    values: [[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]],
    expected: [6, 7.5, 12, 13.5],
    shape: [1, 2, 2],
  },
  {
    what: 'ceil mode and padding that counts: nothing beyond the padding counts',
    attributes: {
      kernel: [3, 3],
      strides: [2, 2],
      pads: [1, 0, 0, 1],
      ceilMode: true,
      countIncludePad: true,
    },
    inputs: [[3, 7, 9]],
    shape: [3, 4, 5],
  },
  {
    what: 'wide maps, windows that overlap: the edges, and four outputs at a time',
    attributes: { kernel: [3, 3], pads: [1, 1, 1, 1] },
    inputs: [[2, 6, 15]],
    shape: [2, 6, 15],
  },
  {
    what: 'wide maps, strides of 2',
    attributes: { kernel: [3, 3], strides: [2, 2], pads: [1, 1, 1, 1] },
    inputs: [[3, 5, 23]],
    shape: [3, 3, 12],
  },
  {
    what: 'wide maps, strides of 3',
    attributes: { kernel: [2, 3], strides: [1, 3] },
    inputs: [[2, 4, 29]],
    shape: [2, 3, 9],
  },
];
