import type { OperatorCase } from '../case.ts';

/** 1 to 16 in four rows, as most of ONNX's own tests of Resize have it; `expected` are theirs. */
const four = { inputs: [[1, 4, 4]], values: [Array.from({ length: 16 }, (_, at) => at + 1)] };
const two = { inputs: [[1, 2, 2]], values: [[1, 2, 3, 4]] };

export const cases: readonly OperatorCase[] = [
  {
    what: 'nearest, upsample_scales_nearest',
    attributes: { size: [4, 6], scales: [2, 3] },
    ...two,
    expected: [1, 1, 1, 2, 2, 2, 1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4, 3, 3, 3, 4, 4, 4],
    shape: [1, 4, 6],
  },
  {
    what: 'nearest, ceil of half pixels',
    attributes: { size: [3, 8], scales: [0.75, 2], rounding: 'ceil' },
    ...four,
    expected: [5, 6, 6, 7, 7, 8, 8, 8, 9, 10, 10, 11, 11, 12, 12, 12, 13, 14, 14, 15, 15, 16, 16, 16],
    shape: [1, 3, 8],
  },
  {
    what: 'nearest, floor with aligned corners',
    attributes: { size: [1, 8], scales: [0.25, 2], rounding: 'floor', coordinates: 'align_corners' },
    ...four,
    expected: [1, 1, 1, 2, 2, 3, 3, 4],
    shape: [1, 1, 8],
  },
  {
    what: 'nearest, round_prefer_ceil, asymmetric',
    attributes: { size: [2, 8], scales: [0.5, 2], rounding: 'round_prefer_ceil', coordinates: 'asymmetric' },
    ...four,
    expected: [1, 2, 2, 3, 3, 4, 4, 4, 9, 10, 10, 11, 11, 12, 12, 12],
    shape: [1, 2, 8],
  },
  {
    what: 'nearest, half pixels as TensorFlow has them',
    attributes: { size: [3, 2], scales: [0.75, 0.5], rounding: 'floor', coordinates: 'tf_half_pixel_for_nn' },
    ...four,
    expected: [2, 4, 10, 12, 14, 16],
    shape: [1, 3, 2],
  },
  {
    what: 'linear, downsample_scales_linear',
    attributes: { size: [1, 2], scales: [0.6, 0.6], mode: 'linear' },
    inputs: [[1, 2, 4]],
    values: [[1, 2, 3, 4, 5, 6, 7, 8]],
    expected: [8 / 3, 13 / 3],
    shape: [1, 1, 2],
  },
  {
    what: 'linear, aligned corners',
    attributes: { size: [4, 4], scales: [2, 2], mode: 'linear', coordinates: 'align_corners' },
    ...two,
    expected: [3, 4, 5, 6, 5, 6, 7, 8, 7, 8, 9, 10, 9, 10, 11, 12].map((value) => value / 3),
    shape: [1, 4, 4],
  },
  {
    what: 'linear, half pixels as PyTorch has them',
    attributes: { size: [3, 1], scales: [0.75, 0.25], mode: 'linear', coordinates: 'pytorch_half_pixel' },
    ...four,
    expected: [5 / 3, 7, 37 / 3],
    shape: [1, 3, 1],
  },
  {
    what: 'linear, symmetric half pixels',
    attributes: { size: [4, 5], scales: [2.3, 2.94], mode: 'linear', coordinates: 'half_pixel_symmetric' },
    ...two,
    expected: [
      [1, 1.159863946, 1.5, 1.840136054, 2],
      [1.565217391, 1.725081337, 2.065217391, 2.405353446, 2.565217391],
      [2.434782609, 2.594646554, 2.934782609, 3.274918663, 3.434782609],
      [3, 3.159863946, 3.5, 3.840136054, 4],
    ].flat(),
    shape: [1, 4, 5],
  },
  {
    what: 'cubic, downsample_scales_cubic',
    attributes: { size: [3, 3], scales: [0.8, 0.8], mode: 'cubic' },
    ...four,
    expected: [
      1.47119141, 2.78125, 4.08251953, 6.71142578, 8.02148438, 9.32275391, 11.91650391, 13.2265625,
      14.52783203,
    ],
    shape: [1, 3, 3],
  },
  {
    what: 'cubic, only elements on the map',
    attributes: { size: [3, 3], scales: [0.8, 0.8], mode: 'cubic', cubicA: -0.5, excludeOutside: true },
    ...four,
    expected: [
      1.36812675, 2.6695014, 4.0133367, 6.57362535, 7.875, 9.2188353, 11.94896657, 13.25034122, 14.59417652,
    ],
    shape: [1, 3, 3],
  },
  {
    what: 'linear, channels and a width of no whole vector',
    attributes: { size: [9, 11], scales: [1.8, 11 / 7], mode: 'linear' },
    inputs: [[3, 5, 7]],
    shape: [3, 9, 11],
  },
  // Values of ONNX's own tests of opset 18.
  {
    what: 'linear, smooth, resize_downsample_scales_linear_antialias',
    attributes: { size: [2, 2], scales: [0.6, 0.6], mode: 'linear', antialias: true },
    ...four,
    expected: [2.875, 4.5, 9.375, 11],
    shape: [1, 2, 2],
    tolerance: 1e-6,
  },
  {
    what: 'linear, smooth, to a size',
    attributes: { size: [3, 3], scales: [0.75, 0.75], mode: 'linear', antialias: true },
    ...four,
    expected: [2.363636, 3.590909, 4.818182, 7.272727, 8.5, 9.727273, 12.181818, 13.409091, 14.636364],
    shape: [1, 3, 3],
    tolerance: 1e-6,
  },
  {
    what: 'cubic, smooth, resize_downsample_scales_cubic_antialias',
    attributes: { size: [2, 2], scales: [0.6, 0.6], mode: 'cubic', antialias: true },
    ...four,
    expected: [2.518072, 4.285886, 9.589329, 11.3571425],
    shape: [1, 2, 2],
    tolerance: 1e-6,
  },
  {
    what: 'a larger map is smooth anyway',
    attributes: { size: [4, 4], scales: [2, 2], mode: 'linear', antialias: true },
    ...two,
    expected: [1, 1.25, 1.75, 2, 1.5, 1.75, 2.25, 2.5, 2.5, 2.75, 3.25, 3.5, 3, 3.25, 3.75, 4],
    shape: [1, 4, 4],
  },
  {
    what: 'nearest, wide rows twice as high',
    attributes: { size: [6, 22], scales: [2, 2], mode: 'nearest', coordinates: 'asymmetric' },
    inputs: [[2, 3, 11]],
    shape: [2, 6, 22],
  },
  {
    what: 'linear, wide rows, higher and narrower',
    attributes: { size: [7, 9], scales: [7 / 3, 9 / 13], mode: 'linear' },
    inputs: [[2, 3, 13]],
    shape: [2, 7, 9],
  },
];
