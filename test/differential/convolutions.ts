import fc from 'fast-check';
import type { Precision } from '../../kernels/node.ts';
import type { GraphNode } from '../../src/graph/graph.ts';
import { planGraph } from '../../src/graph/plan.ts';
import { GraphOracle } from '../../src/runtime/graph/graph-oracle.ts';
import { type GraphBackend, openGraphOn } from '../graph/backends.ts';
import { node } from '../graph/graphs.ts';
import { constant, seededValues } from '../operators/case.ts';

/** A convolution of any form that ONNX has, and a batch for it. */
export interface DrawnConvolution {
  readonly batch: number;
  readonly channels: number;
  readonly outputs: number;
  readonly groups: number;
  readonly size: readonly [number, number];
  readonly kernel: readonly [number, number];
  readonly strides: readonly number[];
  readonly pads: readonly number[];
  readonly dilations: readonly number[];
  readonly hasBias: boolean;
  readonly seed: number;
}

const pair = (min: number, max: number) => fc.tuple(fc.integer({ min, max }), fc.integer({ min, max }));

/**
 * Half of them 3×3 without strides, as many kernels of networks are, some of those on maps that give whole tiles of 4×4; half of the others
 * without padding.
 */
export const anyConvolution: fc.Arbitrary<DrawnConvolution> = fc
  .record({
    // A few, or more than go together.
    batch: fc.constantFrom(1, 2, 3, 50),
    perGroup: fc.integer({ min: 1, max: 12 }),
    outputsPerGroup: fc.integer({ min: 1, max: 12 }),
    groups: fc.constantFrom(1, 1, 1, 2, 3, 8),
    small: pair(1, 14),
    large: fc.tuple(fc.constantFrom(16, 20, 24), fc.constantFrom(16, 20)),
    isLarge: fc.constantFrom(false, false, true),
    window: fc.oneof(
      fc.constant({ kernel: [3, 3], strides: [1, 1], dilations: [1, 1] } as const),
      fc.record({ kernel: pair(1, 5), strides: pair(1, 3), dilations: pair(1, 3) }),
    ),
    anyPads: fc.oneof(
      fc.constant([0, 0, 0, 0]),
      fc.tuple(...Array.from({ length: 4 }, () => fc.integer({ min: 0, max: 4 }))),
    ),
    hasBias: fc.boolean(),
    seed: fc.integer({ min: 1, max: 10_000 }),
  })
  .map(({ perGroup, outputsPerGroup, groups, window, small, large, isLarge, anyPads, ...rest }) => ({
    ...rest,
    ...window,
    size: isLarge ? large : small,
    pads: isLarge ? [1, 1, 1, 1] : anyPads,
    groups,
    channels: perGroup * groups,
    outputs: outputsPerGroup * groups,
  }))
  .filter(({ size, kernel, pads, dilations }) =>
    size.every((extent, axis) => extent + pads[axis] + pads[axis + 2] > dilations[axis] * (kernel[axis] - 1)),
  );

/** Error of int16 as a share of an image's largest Σ|weight|·|input|. */
const INT16_ERROR = 2 ** -10;

/** What a backend's convolution has as the largest part of its tolerance, and what is wrong if it exceeds it. */
export async function compareConvolution(
  backend: GraphBackend,
  drawn: DrawnConvolution,
  precision: Precision = 'float32',
): Promise<number> {
  const { batch, channels, outputs, groups, size, kernel, hasBias, seed } = drawn;
  const weights = seededValues((outputs * channels * kernel[0] * kernel[1]) / groups, seed);
  const weight = constant([outputs, channels / groups, ...kernel], [...weights]);
  const bias = hasBias && { bias: constant([outputs], [...seededValues(outputs, seed + 1)]) };
  const { strides, pads, dilations } = drawn;
  const conv: GraphNode = node(
    'conv2d',
    'y',
    ['x'],
    { strides, pads, dilations, groups },
    { weight, ...bias },
  );
  const planned = planGraph({
    inputs: [{ name: 'x', shape: [channels, ...size] }],
    outputs: ['y'],
    nodes: [conv],
  });
  const inputs = seededValues(batch * channels * size[0] * size[1], seed + 2);
  const executor = await openGraphOn(backend, planned, precision);
  const oracle = new GraphOracle(planned);
  try {
    const [given] = await executor.run([inputs], batch, 'values');
    let worst = 0;
    for (let image = 0; image < batch; image++) {
      const own = inputs.subarray((image * inputs.length) / batch, ((image + 1) * inputs.length) / batch);
      const exact = plainly(drawn, own, weights, conv.constants.bias?.values);
      const { tolerances } = oracle.runBounded(own);
      const magnitudes = plainly(drawn, own.map(Math.abs), weights.map(Math.abs), undefined);
      const extra = precision === 'int16' ? INT16_ERROR * magnitudes.reduce((a, b) => Math.max(a, b), 0) : 0;
      if (given.length !== batch * exact.length)
        throw new Error(`${given.length} values, expected ${batch * exact.length}`);
      exact.forEach((value, at) => {
        const error = Math.abs(given[image * exact.length + at] - value);
        if (error > 0) worst = Math.max(worst, error / (tolerances[at] + extra));
      });
    }
    return worst;
  } finally {
    executor.dispose();
  }
}

/** Every input element to every output that it has part in: the sum as the definition has it, the other way round from the kernels. */
export function plainly(
  { channels, outputs, groups, size: [height, width], kernel, strides, pads, dilations }: DrawnConvolution,
  input: Float32Array,
  weights: Float32Array,
  bias: Float32Array | undefined,
): Float64Array {
  const [rows, columns] = [height, width].map((extent, axis) =>
    Math.floor(
      (extent + pads[axis] + pads[axis + 2] - dilations[axis] * (kernel[axis] - 1) - 1) / strides[axis] + 1,
    ),
  );
  const output = new Float64Array(outputs * rows * columns).map(
    (_, at) => bias?.[Math.floor(at / (rows * columns))] ?? 0,
  );
  const perGroup = channels / groups;
  input.forEach((value, at) => {
    const channel = Math.floor(at / (height * width));
    const [row, column] = [Math.floor(at / width) % height, at % width];
    const group = Math.floor(channel / perGroup);
    for (let o = (group * outputs) / groups; o < ((group + 1) * outputs) / groups; o++) {
      for (let tap = 0; tap < kernel[0] * kernel[1]; tap++) {
        const y = (row + pads[0] - Math.floor(tap / kernel[1]) * dilations[0]) / strides[0];
        const x = (column + pads[1] - (tap % kernel[1]) * dilations[1]) / strides[1];
        if (!(Number.isInteger(y) && Number.isInteger(x) && y >= 0 && y < rows && x >= 0 && x < columns))
          continue;
        const weight = weights[(o * perGroup + (channel % perGroup)) * kernel[0] * kernel[1] + tap];
        output[(o * rows + y) * columns + x] += weight * value;
      }
    }
  });
  return output;
}
