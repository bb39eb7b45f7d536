import { describe, expect, it } from 'vitest';
import type { ConvolutionStage, LinearStage, Plan, PoolStage } from '../../../src/exporters/c/plan.ts';
import { outputRanges } from '../../../src/exporters/c/ranges.ts';
import type { ImageInputSpec } from '../../../src/format/manifest.ts';
import type { MatrixNode } from '../../../src/weights/network.ts';
import { seededValues } from '../../operators/case.ts';

const image = (width: number, height: number, channels = 1, more: Partial<ImageInputSpec> = {}) =>
  ({ kind: 'image', width, height, channels, mean: 0, std: 1, ...more }) as ImageInputSpec;

const linear = (
  outputs: number,
  values: ArrayLike<number>,
  more: Partial<LinearStage> = {},
): LinearStage => ({
  kind: 'linear',
  name: 'linear',
  weights: { kind: 'dense', values },
  inputs: values.length / outputs,
  outputs,
  bias: null,
  relu: false,
  ...more,
});

/** The range of each stage with weights, and of a mean, in their order. */
function rangesOf(plan: Partial<Plan> & Pick<Plan, 'input'>): number[] {
  return [...outputRanges({ maps: [], average: undefined, vectors: [], ...plan }).values()];
}

/** Values of the channels and pixels of a map, as rows of a matrix: `weight` of the output o from the input i. */
const matrix = (outputs: number, inputs: number, weight: (o: number, i: number) => number): Float64Array =>
  Float64Array.from({ length: outputs * inputs }, (_, at) => weight(Math.floor(at / inputs), at % inputs));

describe('how large outputs become: twice what they are on drawn pictures', () => {
  // Pictures are of 0…1, with background of 0 or, inverted, of 1.
  it.each<[what: string, plan: Partial<Plan> & Pick<Plan, 'input'>, ranges: number[]]>([
    ['a pixel', { input: image(28, 28), vectors: [linear(1, new Float64Array(784).fill(1 / 784))] }, [2]],
    [
      'a bias alone, whatever its sign',
      { input: image(8, 8), vectors: [linear(2, new Float64Array(128), { bias: [-3, 1] })] },
      [6],
    ],
    [
      'after a ReLU, what it lets through',
      { input: image(8, 8), vectors: [linear(2, new Float64Array(128), { bias: [-3, 1], relu: true })] },
      [2],
    ],
    [
      'a mean and a standard deviation',
      {
        input: image(28, 28, 1, { mean: 0.75, std: 0.125 }),
        vectors: [
          linear(
            1,
            matrix(1, 784, (_, i) => +(i === 0)),
          ),
        ],
      },
      // A corner is 0 and becomes (0 − 0.75) / 0.125 = −6.
      [12],
    ],
    [
      'those of each channel',
      {
        input: image(8, 8, 2, { mean: [0.5, 0.5], std: [0.001, 1] }),
        vectors: [
          linear(
            1,
            matrix(1, 128, (_, i) => (i < 64 ? 0 : 1 / 64)),
            { bias: [100] },
          ),
        ],
      },
      // The first channel, which becomes large, is not asked for.
      [200],
    ],
    [
      'a mean of a channel',
      {
        input: image(8, 8),
        average: { kind: 'average', name: 'mean', from: { channels: 1, height: 8, width: 8 } },
        vectors: [linear(1, [3])],
      },
      [2, 6],
    ],
  ])('%s', (_, plan, ranges) => {
    const given = rangesOf(plan);
    expect(given).toHaveLength(ranges.length);
    // Some ink is in every picture.
    for (const [k, range] of ranges.entries()) {
      expect(given[k]).toBeLessThanOrEqual(range * 1.01);
      expect(given[k]).toBeGreaterThan(range * 0.8);
    }
  });
});

it.each([7, 14, 20])('drawn pictures have strokes on a background, in row %i too', (y) => {
  for (const x of [7, 14, 20]) {
    // How far a pixel is from the mean: 0 in pictures of one colour.
    const contrast = matrix(1, 784, (_, i) => +(i === y * 28 + x) - 1 / 784);
    const [range] = rangesOf({ input: image(28, 28), vectors: [linear(1, contrast)] });
    expect(range).toBeGreaterThan(1);
    expect(range).toBeLessThanOrEqual(2);
  }
});

describe('layers that do the same have the same range', () => {
  /** A linear layer behind it, of which each output takes another weight. */
  const behind = (inputs: number): LinearStage => linear(3, seededValues(3 * inputs, 9), { bias: [1, 2, 3] });

  it('a convolution with padding and steps, and the matrix of all its pixels', () => {
    const [from, to] = [
      { channels: 2, height: 5, width: 7 },
      { channels: 3, height: 2, width: 4 },
    ];
    const [kernel, strides, pads] = [
      [3, 5],
      [4, 2],
      [1, 2, 1, 2],
    ];
    const weights = seededValues(3 * 30, 1);
    const bias = [0.5, 1, 0.75];
    const convolution: ConvolutionStage = {
      kind: 'convolution',
      name: 'convolution',
      weights: { kind: 'dense', values: weights },
      inputs: 30,
      outputs: 3,
      bias,
      relu: true,
      from,
      to,
      kernel,
      window: { strides, pads, dilations: [1, 1] } as ConvolutionStage['window'],
    };
    const whole = matrix(3 * 8, 70, (output, input) => {
      const [o, y, x] = [Math.floor(output / 8), Math.floor(output / 4) % 2, output % 4];
      const [c, row, column] = [Math.floor(input / 35), Math.floor(input / 7) % 5, input % 7];
      const [ky, kx] = [row - (4 * y - 1), column - (2 * x - 2)];
      return ky < 0 || kx < 0 || ky > 2 || kx > 4 ? 0 : weights[o * 30 + (ky * 5 + kx) * 2 + c];
    });
    const input = image(7, 5, 2, { mean: [0.2, 0.6], std: [0.5, 0.25] });
    const biases = Float64Array.from({ length: 24 }, (_, i) => bias[Math.floor(i / 8)]);
    const expected = rangesOf({
      input,
      vectors: [linear(24, whole, { bias: biases, relu: true }), behind(24)],
    });
    const given = rangesOf({ input, maps: [convolution], vectors: [behind(24)] });
    expect(given).toEqual(expected.map((range) => expect.closeTo(range, 9)));
  });

  it('a pool of two pixels, and a ReLU of their difference', () => {
    const pool: PoolStage = {
      kind: 'pool',
      name: 'pool',
      from: { channels: 2, height: 4, width: 3 },
      to: { channels: 2, height: 2, width: 3 },
      kernel: [2, 1],
    };
    // max(a, b) = ReLU(a − b) + b where b is not negative.
    const upper = (i: number): number => Math.floor(i / 6) * 12 + (Math.floor(i / 3) % 2) * 6 + (i % 3);
    const parts = matrix(24, 24, (o, i) =>
      o < 12 ? +(i === upper(o)) - +(i === upper(o) + 3) : +(i === upper(o - 12) + 3),
    );
    const sums = matrix(12, 24, (o, i) => +(i % 12 === o));
    const input = image(3, 4, 2);
    const [, expected, last] = rangesOf({
      input,
      vectors: [linear(24, parts, { relu: true }), linear(12, sums), behind(12)],
    });
    const identity = linear(
      12,
      matrix(12, 12, (o, i) => +(i === o)),
    );
    const given = rangesOf({ input, maps: [pool], vectors: [identity, behind(12)] });
    expect(given).toEqual([expect.closeTo(expected, 9), expect.closeTo(last, 9)]);
  });

  it('a pool of three columns, and one of each column', () => {
    const input = image(6, 2);
    const from = { channels: 1, height: 2, width: 6 };
    const pool: PoolStage = { kind: 'pool', name: 'pool', from, to: { ...from, width: 2 }, kernel: [1, 3] };
    // Inverted pictures have a background of 1, the largest that there is: all weights together.
    const [range] = rangesOf({ input, maps: [pool], vectors: [linear(1, [1, 2, 4, 8])] });
    expect(range).toBeCloseTo(30, 9);
  });

  it('a mean of channels, and the matrix of their parts', () => {
    const input = image(4, 3, 2);
    const average = { kind: 'average', name: 'mean', from: { channels: 2, height: 3, width: 4 } } as const;
    const means = matrix(2, 24, (o, i) => (Math.floor(i / 12) === o ? 1 / 12 : 0));
    const expected = rangesOf({ input, vectors: [linear(2, means), behind(2)] });
    const given = rangesOf({ input, average, vectors: [behind(2)] });
    expect(given).toEqual(expected.map((range) => expect.closeTo(range, 9)));
  });

  it('a convolution of single pixels without a bias, and the matrix of one', () => {
    const input = image(1, 1, 2, { mean: [0.5, 0.25], std: [0.5, 1] });
    const from = { channels: 2, height: 1, width: 1 };
    const window = { strides: [1, 1], pads: [0, 0, 0, 0], dilations: [1, 1] } as ConvolutionStage['window'];
    const layer = linear(3, [1, -2, 3, 4, -5, 6]);
    const to = { ...from, channels: 3 };
    const convolution: ConvolutionStage = { ...layer, kind: 'convolution', from, to, kernel: [1, 1], window };
    expect(rangesOf({ input, maps: [convolution], vectors: [behind(3)] })).toEqual(
      rangesOf({ input, vectors: [layer, behind(3)] }),
    );
  });

  it('coefficients, and the weights that they stand for', () => {
    // A DC of 3 · 8 alone, an eighth of which is each of the 64 weights.
    const weights = {
      kind: 'matrix',
      name: 'layer',
      inFeatures: 8,
      outFeatures: 8,
      scale: Float32Array.of(0.5),
      offset: null,
      quantization: new Uint16Array(64).fill(8),
      coefficients: {
        rows: 8,
        columns: 8,
        rowStart: Uint32Array.of(0, 1, 1, 1, 1, 1, 1, 1, 1),
        column: Uint32Array.of(0),
        value: Int16Array.of(3),
      },
    } as unknown as MatrixNode;
    const input = image(4, 2);
    const [range] = rangesOf({ input, vectors: [linear(8, new Float64Array(64), { weights })] });
    const [expected] = rangesOf({ input, vectors: [linear(8, new Float64Array(64).fill(1.5))] });
    expect(range).toBeCloseTo(expected, 6);
  });
});
