import { describe, expect, test } from 'vitest';
import { Calibration, type CompressOptions, compress, orderNeurons } from '../../src/compress.ts';
import { fromFloat32, writeWjz } from '../../src/format.ts';
import type { DenseLinear, DenseNetwork } from '../../src/weights/dense-network.ts';
import { expectRefusal } from '../format/refusal.ts';
import { randomNetwork } from './networks.ts';

const network = randomNetwork([16, 12, 3]);
const input = { kind: 'vector', length: 16 } as const;

/** The network with its first layer changed. */
function withFirst(changes: Partial<DenseLinear>): DenseNetwork {
  const [first, ...rest] = network.layers;
  return { layers: [{ ...(first as DenseLinear), ...changes }, ...rest] };
}

describe('compress', () => {
  test('needs no more than the input: the rest is what the program takes', () => {
    const { content, layers } = compress(network, { input });
    expect(content.manifest.origin?.settings).toMatchObject({ rest: 'F16' });
    expect(layers).toHaveLength(2);
    expect(writeWjz(content).length).toBeGreaterThan(0);
  });

  test.each<[string, object, string, RegExp]>([
    ['no input', {}, 'OPTION_MISSING', /option 'input' is missing, expected \{ kind: 'image'/],
    ['an input of another kind', { input: { kind: 'text' } }, 'OPTION_VALUE', /option 'input'/],
    [
      'another size',
      { input: { kind: 'vector', length: 9 } },
      'INPUT_SIZE',
      /9 values, but the first layer takes 16/,
    ],
    [
      'another size of pictures',
      {
        input: {
          kind: 'image',
          width: 5,
          height: 4,
          channels: 1,
          mean: 0,
          std: 1,
          preprocessing: { background: 'dark', fit: 'contain' },
        },
      },
      'INPUT_SIZE',
      /5×4 samples, but the first layer takes 16/,
    ],
    ['an unknown option', { input, qualty: 20 }, 'OPTION_UNKNOWN', /'qualty'.*did you mean 'quality'/],
    ['the old name of layout', { input, arrangement: 'rows' }, 'OPTION_UNKNOWN', /is now called 'layout'/],
    ['an unknown layout', { input, layout: 'row' }, 'OPTION_VALUE', /did you mean 'rows'/],
    ['an unknown type', { input, rest: 'float16' }, 'OPTION_VALUE', /'float16', expected one of: F16, F32/],
    ['an offset outside a block', { input, offset: 8 }, 'OPTION_VALUE', /option 'offset' is 8.*0 to 7/],
    ['one name instead of an array', { input, layers: 'fc0' }, 'OPTION_VALUE', /'auto' or an array of names/],
    ['an accuracy in percent', { input, denseAccuracy: 98 }, 'OPTION_VALUE', /0 to 1/],
    ['no function', { input, onProgress: true }, 'OPTION_VALUE', /expected a function/],
    ['plain inputs as a calibration', { input, calibration: [1] }, 'OPTION_VALUE', /expected a Calibration/],
    [
      'a calibration for another network',
      { input, calibration: new Calibration({ count: 1, size: 4, values: new Float32Array(4) }) },
      'OPTION_VALUE',
      /inputs of 4 values, expected 16/,
    ],
  ])('refuses %s', (_, options, code, message) => {
    expectRefusal(() => compress(network, options as CompressOptions), 'misuse', code, message);
  });

  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['no layers', { layers: [] }],
    ['only activations', { layers: [{ type: 'relu' }] }],
    ['too few weights', withFirst({ weights: new Float32Array(7) })],
    [
      'weights that are no Float32Array',
      withFirst({ weights: Array(192).fill(0) as unknown as Float32Array }),
    ],
    ['weights that are not finite', withFirst({ weights: new Float32Array(192).fill(NaN) })],
    ['a bias of another length', withFirst({ bias: new Float32Array(5) })],
    ['a fraction of a feature', withFirst({ inFeatures: 1.5 })],
  ])('refuses a network of %s', (_, wrong) => {
    expectRefusal(() => compress(wrong as DenseNetwork, { input }), 'misuse', 'ARGUMENT');
    expectRefusal(() => orderNeurons(wrong as DenseNetwork), 'misuse', 'ARGUMENT');
  });

  test('refuses layers that do not fit each other', () => {
    const wrong = withFirst({ outFeatures: 6, weights: new Float32Array(96), bias: null });
    expectRefusal(() => compress(wrong, { input }), 'unsupported', 'MODEL_BAD_CHAIN');
  });

  test.each(['bound', 'quality', 'calibration'])('reports progress up to the whole: %s', (kind) => {
    const seen: number[] = [];
    const values = Float32Array.from({ length: 160 }, (_, i) => Math.sin(i * i));
    compress(network, {
      input,
      layers: ['fc0', 'fc1'],
      onProgress: (done) => seen.push(done),
      ...(kind === 'quality' && { quality: 50 }),
      ...(kind === 'calibration' && { calibration: new Calibration({ count: 10, size: 16, values }) }),
    });
    expect(seen.at(-1)).toBe(1);
    for (const done of seen) expect(done >= 0 && done <= 1).toBe(true);
  });
});

test.each<[string, object | undefined]>([
  ['nothing', undefined],
  ['no values', { count: 2, size: 3 }],
  ['fewer values than it says', { count: 2, size: 3, values: new Float32Array(5) }],
  ['more values than it says', { count: 2, size: 3, values: new Float32Array(7) }],
  ['no inputs', { count: 0, size: 3, values: new Float32Array(0) }],
  ['values that are not finite', { count: 1, size: 1, values: Float32Array.of(Infinity) }],
])('a calibration of %s is refused', (_, inputs) => {
  expectRefusal(() => new Calibration(inputs as never), 'misuse', 'ARGUMENT');
});

test.each<[string, Parameters<typeof fromFloat32>]>([
  ['fewer values than the shape has', [new Float32Array(3), [2, 2], 'F32']],
  ['an array', [[1, 2] as unknown as Float32Array, [2], 'F32']],
  ['a shape that is a number', [new Float32Array(2), 2 as unknown as number[], 'F32']],
  ['a negative size', [new Float32Array(2), [-2], 'F32']],
  ['another type', [new Float32Array(2), [2], 'BF16' as 'F16']],
])('a tensor of %s is refused', (_, given) => {
  expectRefusal(() => fromFloat32(...given), 'misuse', 'ARGUMENT');
});

test('a tensor of no dimensions has one value', () => {
  expect(fromFloat32(Float32Array.of(3), [], 'F32').data).toHaveLength(4);
});

test.each<[string, unknown]>([
  ['nothing', undefined],
  ['a result of compress instead of its content', compress(network, { input })],
  ['plain objects instead of maps', { ...compress(network, { input }).content, jpegs: {} }],
])('%s is refused by writeWjz', (_, content) => {
  expectRefusal(() => writeWjz(content as never), 'misuse', 'ARGUMENT');
});
