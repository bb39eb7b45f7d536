import type { OperatorCase } from '../case.ts';

export const cases: readonly OperatorCase[] = [
  {
    what: '2×2',
    attributes: { kernel: [2, 2], strides: [2, 2] },
    inputs: [[1, 2, 4]],
    values: [[1, 5, 2, 0, 3, 4, 8, -1]],
    expected: [5, 8],
    shape: [1, 1, 2],
  },
  {
    what: 'padding is never the maximum',
    attributes: { kernel: [2, 2], pads: [1, 1, 0, 0] },
    inputs: [[1, 2, 2]],
    values: [[-1, -2, -3, -4]],
    expected: [-1, -1, -1, -1],
    shape: [1, 2, 2],
  },
  {
    // ONNX test_maxpool_2d_ceil.
    what: 'ceil mode',
    attributes: { kernel: [3, 3], strides: [2, 2], ceilMode: true },
    inputs: [[1, 4, 4]],
    values: [[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]],
    expected: [11, 12, 15, 16],
    shape: [1, 2, 2],
  },
  {
    what: 'a last window that would begin on the padding does not count',
    attributes: { kernel: [2, 2], strides: [2, 2], pads: [0, 0, 1, 1], ceilMode: true },
    inputs: [[2, 4, 4]],
    shape: [2, 2, 2],
  },
  {
    what: 'dilation, several channels',
    attributes: { kernel: [3, 2], dilations: [2, 3], strides: [1, 2], pads: [2, 0, 1, 2] },
    inputs: [[3, 9, 10]],
    shape: [3, 8, 5],
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
  {
    what: 'wide maps, dilation and strides of 2',
    attributes: { kernel: [2, 3], dilations: [1, 3], strides: [1, 2], pads: [0, 3, 0, 2] },
    inputs: [[2, 3, 26]],
    shape: [2, 2, 13],
  },
  {
    what: 'windows that pass most columns over',
    attributes: { kernel: [3, 1], strides: [1, 20], pads: [1, 0, 1, 0] },
    inputs: [[2, 5, 50]],
    shape: [2, 5, 3],
  },
];
