import { constant, type OperatorCase, seededValues } from '../case.ts';

function seeded(shape: readonly number[], seed = 3): ReturnType<typeof constant> {
  return constant(shape, [
    ...seededValues(
      shape.reduce((a, b) => a * b, 1),
      seed,
    ),
  ]);
}

/** Sums of some hundred products: each rounding is of the largest of them, of which little may be left. */
const tolerance = 4e-6;

export const cases: readonly OperatorCase[] = [
  {
    // ONNX's own example, test_basic_conv_with_padding, its upper left corner.
    what: 'one channel, a kernel of ones, padding',
    attributes: { pads: [1, 1, 1, 1] },
    constants: { weight: constant([1, 1, 3, 3], [1, 1, 1, 1, 1, 1, 1, 1, 1]) },
    inputs: [[1, 3, 3]],
    values: [[0, 1, 2, 5, 6, 7, 10, 11, 12]],
    expected: [12, 21, 16, 33, 54, 39, 32, 51, 36],
    shape: [1, 3, 3],
  },
  {
    what: 'the kernel is not turned round; bias',
    constants: { weight: constant([2, 1, 1, 2], [1, 10, 0, -1]), bias: constant([2], [100, 0.5]) },
    inputs: [[1, 1, 3]],
    values: [[1, 2, 3]],
    expected: [121, 132, -1.5, -2.5],
    shape: [2, 1, 2],
  },
  {
    what: '3×3, padding, channels that are no multiple of four',
    attributes: { pads: [1, 1, 1, 1] },
    constants: { weight: seeded([5, 3, 3, 3]), bias: seeded([5], 8) },
    inputs: [[3, 9, 11]],
    shape: [5, 9, 11],
    tolerance,
  },
  {
    what: 'stride 2, 5×5, padding on two sides only',
    attributes: { strides: [2, 2], pads: [0, 1, 2, 3] },
    constants: { weight: seeded([6, 2, 5, 5]) },
    inputs: [[2, 12, 13]],
    shape: [6, 5, 7],
    tolerance,
  },
  {
    what: 'strides that differ, and are larger than the kernel',
    attributes: { strides: [3, 2] },
    constants: { weight: seeded([4, 4, 2, 1]) },
    inputs: [[4, 10, 7]],
    shape: [4, 3, 4],
  },
  {
    what: 'dilation',
    attributes: { dilations: [2, 3], pads: [2, 3, 2, 3], strides: [1, 2] },
    constants: { weight: seeded([4, 3, 3, 3]) },
    inputs: [[3, 8, 14]],
    shape: [4, 8, 7],
    tolerance,
  },
  {
    what: 'depthwise, depth multiplier 2',
    attributes: { groups: 6, pads: [1, 1, 1, 1] },
    constants: { weight: seeded([12, 1, 3, 3]), bias: seeded([12], 5) },
    inputs: [[6, 7, 7]],
    shape: [12, 7, 7],
    tolerance,
  },
  {
    what: 'groups',
    attributes: { groups: 2, strides: [2, 2], pads: [1, 1, 0, 0] },
    constants: { weight: seeded([10, 3, 3, 3]) },
    inputs: [[6, 8, 6]],
    shape: [10, 4, 3],
    tolerance,
  },
  {
    what: '1×1, many channels',
    constants: { weight: seeded([17, 40, 1, 1]) },
    inputs: [[40, 5, 3]],
    shape: [17, 5, 3],
    tolerance,
  },
  {
    what: 'strides larger than the map',
    attributes: { strides: [65536, 65536], pads: [1, 0, 0, 1] },
    constants: { weight: seeded([3, 2, 3, 3]) },
    inputs: [[2, 5, 6]],
    shape: [3, 1, 1],
  },
  {
    what: 'the kernel covers the map',
    constants: { weight: seeded([9, 4, 6, 5]) },
    inputs: [[4, 6, 5]],
    shape: [9, 1, 1],
    tolerance: 1e-5,
  },
  {
    what: 'a map larger than the work memory of a group',
    attributes: { pads: [1, 1, 1, 1] },
    constants: { weight: seeded([4, 8, 3, 3]) },
    inputs: [[8, 100, 90]],
    shape: [4, 100, 90],
    tolerance,
  },
  {
    what: '3×3 in tiles, as many as vectors hold; bias',
    attributes: { pads: [1, 1, 1, 1] },
    constants: { weight: seeded([16, 8, 3, 3]), bias: seeded([16], 5) },
    inputs: [[8, 16, 16]],
    shape: [16, 16, 16],
    tolerance,
  },
  {
    what: '3×3 in tiles that fill no vectors, outputs that are no multiple of four',
    attributes: { pads: [0, 1, 2, 1] },
    constants: { weight: seeded([10, 9, 3, 3]) },
    inputs: [[9, 6, 10]],
    shape: [10, 6, 10],
    tolerance,
  },
  {
    what: '3×3 in tiles, no padding, more rows than go through together',
    constants: { weight: seeded([24, 40, 3, 3]), bias: seeded([24], 6) },
    inputs: [[40, 28, 16]],
    shape: [24, 26, 14],
    tolerance,
  },
  {
    what: 'depthwise, rows of every length',
    attributes: { pads: [1, 1, 1, 1], groups: 5 },
    constants: { weight: seeded([5, 1, 3, 3]), bias: seeded([5], 7) },
    inputs: [[5, 4, 31]],
    shape: [5, 4, 31],
    tolerance,
  },
  {
    what: 'depthwise, stride 2, three columns',
    attributes: { pads: [0, 0, 1, 1], strides: [2, 2], groups: 6 },
    constants: { weight: seeded([6, 1, 3, 3]) },
    inputs: [[6, 6, 6]],
    shape: [6, 3, 3],
    tolerance,
  },
  {
    what: '1×1 in groups, with taps that are zero throughout',
    attributes: { groups: 2 },
    constants: {
      weight: constant(
        [12, 8, 1, 1],
        [...seededValues(96, 9)].map((value, at) =>
          Math.floor(at / 32) === at % 3 ? 0 : at % 8 < 3 ? value : 0,
        ),
      ),
      bias: seeded([12], 4),
    },
    inputs: [[16, 4, 9]],
    shape: [12, 4, 9],
    tolerance,
  },
  {
    what: '1×1, stride 2',
    attributes: { strides: [2, 2] },
    constants: { weight: seeded([8, 8, 1, 1]) },
    inputs: [[8, 8, 8]],
    shape: [8, 4, 4],
    tolerance,
  },
];
