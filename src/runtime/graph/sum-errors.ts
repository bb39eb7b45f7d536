import type { Conv2dAttributes } from '../../../kernels/conv2d/attributes.ts';
import { tileSize } from '../../../kernels/conv2d/tiling.ts';
import { elementCount, type KernelNode, type ReferenceKernel } from '../../../kernels/node.ts';
import type { ResizeAttributes } from '../../operators/resize/index.ts';
import { ROUNDING_VARIANCE, SMALLEST_NORMAL } from '../rounding-errors.ts';
import { resizeMagnitudes } from './resize-magnitudes.ts';
import { winogradVariance } from './winograd-errors.ts';

/** Terms that an operator adds up to one value; operators without a row add no more than two. */
const TERMS: Readonly<Record<string, (node: KernelNode<never>) => number>> = {
  'average-pool': ({ attributes }: KernelNode<{ readonly kernel: readonly number[] }>) =>
    elementCount(attributes.kernel),
  'batch-norm': () => 2,
  'coefficient-conv2d': ({ coefficients }) =>
    maxOf(coefficients?.sparse.rowStart ?? [], (start, row, starts) => start - (starts[row - 1] ?? 0)),
  // What pads the 8-point transforms of channels is zero and adds nothing.
  conv2d: ({ constants: { weight, bias } }) => {
    const perOutput = elementCount(weight.shape.slice(1));
    const filled = new Uint32Array(weight.shape[0]);
    weight.values.forEach((value, at) => {
      if (value !== 0) filled[Math.floor(at / perOutput)]++;
    });
    return maxOf(filled, (count) => count) + (bias ? 1 : 0);
  },
  'global-average-pool': reduced,
  'log-softmax': alongAxis,
  matmul: ({ inputs: [shape] }) => shape[shape.length - 1],
  'reduce-mean': reduced,
  'reduce-sum': reduced,
  resize: ({ attributes }: KernelNode<ResizeAttributes>) =>
    elementCount(attributes.scales.map(places, attributes)),
  softmax: alongAxis,
};

/**
 * Roundings besides those of the additions, each of at most the largest partial sum S: of the weights and of the products
 * (Σ t² ≤ 2·S² each, t the terms), and of the mean's division.
 */
const OTHER_ROUNDINGS = 5;

/** How many terms the sums of an operator have; 2 where it has none. */
export function termsOf(operator: string, node: KernelNode<never>): number {
  return Math.max(2, TERMS[operator]?.(node) ?? 2);
}

/** Whether `sumVariance` knows the operator's errors: it is linear in each of its inputs and its weights. */
export function isSum(operator: string): boolean {
  return TERMS[operator] !== undefined && !operator.endsWith('softmax');
}

/**
 * Variance of the float32 rounding error of each value of sums, in whatever order a backend adds them: with n terms, n
 * roundings of partial sums, each an independent error of mean 0 and at most u²/3 times the square of the largest partial sum
 * that any order may have, that of all positive or all negative terms: S = (Σ|t| + |Σt|) ÷ 2. So it grows with √n, where
 * a bound without probabilities grows with n (N. J. Higham and T. Mary, "A new approach to probabilistic rounding error
 * analysis", SIAM J. Sci. Comput. 41, 2019). Convolutions that `wasm` multiplies in Winograd's tiles have the larger of both.
 * `values`: the exact sums. One image.
 */
export function sumVariance(
  operator: string,
  node: KernelNode<never>,
  kernel: ReferenceKernel<never>,
  inputs: readonly Float64Array[],
  values: Float64Array,
): Float64Array {
  const terms = termsOf(operator, node);
  const magnitudes =
    operator === 'resize'
      ? resizeMagnitudes(node, inputs[0])
      : kernel(
          magnitudeOf(node),
          inputs.map((input) => input.map(Math.abs)),
          1,
        )[0];
  const roundings = (terms + OTHER_ROUNDINGS) * ROUNDING_VARIANCE;
  const flushed = (terms * SMALLEST_NORMAL) ** 2;
  const direct = values.map(
    (value, at) => roundings * ((magnitudes[at] + Math.abs(value)) / 2) ** 2 + flushed,
  );
  const convolution = node as KernelNode<Conv2dAttributes>;
  const tile = operator === 'conv2d' ? tileSizeOf(convolution) : undefined;
  if (!tile) return direct;
  const inTiles = winogradVariance(convolution, inputs[0], tile);
  return direct.map((variance, at) => Math.max(variance, inTiles[at]));
}

/** The node with the magnitudes of its weights. */
function magnitudeOf(node: KernelNode<never>): KernelNode<never> {
  const { coefficients } = node;
  const constants = Object.fromEntries(
    Object.entries(node.constants).map(([key, { shape, values }]) => [
      key,
      { shape, values: values.map(Math.abs) },
    ]),
  );
  if (coefficients === undefined) return { ...node, constants };
  const { sparse, quantization } = coefficients;
  return {
    ...node,
    constants,
    coefficients: { sparse: { ...sparse, value: sparse.value.map(Math.abs) }, quantization },
  };
}

function reduced({ inputs: [from], outputs: [to] }: KernelNode<never>): number {
  return elementCount(from) / elementCount(to);
}

function alongAxis({ inputs: [shape], attributes }: KernelNode<{ readonly axis: number }>): number {
  return shape.at(attributes.axis) as number;
}

/** Elements that a place of a resized map is made of, along one axis. */
function places(this: ResizeAttributes, scale: number): number {
  const { mode, antialias } = this;
  if (mode === 'nearest') return 1;
  const support = mode === 'linear' ? 2 : 4;
  return antialias ? Math.ceil(support / Math.min(1, scale)) + 1 : support;
}

function maxOf<T extends ArrayLike<number>>(
  values: T,
  measure: (value: number, index: number, values: T) => number,
): number {
  let max = 0;
  for (let index = 0; index < values.length; index++)
    max = Math.max(max, measure(values[index], index, values));
  return max;
}

function tileSizeOf({ outputs: [[, ...map]], attributes, constants }: KernelNode<Conv2dAttributes>) {
  return tileSize(constants.weight.shape, attributes, map);
}
