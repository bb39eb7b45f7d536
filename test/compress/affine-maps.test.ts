import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compress } from '../../src/compress/compress.ts';
import { readWjz } from '../../src/format/read.ts';
import { writeWjz } from '../../src/format/write.ts';
import { toFloat32 } from '../../src/safetensors/tensor.ts';
import { storedLayer } from './expected-weights.ts';
import { chain, layerOf, options, smoothLayer } from './networks.ts';

const VARIANTS = (['rows', 'matrix'] as const).flatMap((layout) =>
  (['min-max', 'symmetric'] as const).map((map) => ({ layout, map })),
);

describe('scales and offsets of rows', () => {
  const network = chain(smoothLayer('a', 64, 9));
  const scaleOf = (factor: number, rest: 'F16' | 'F32') => {
    const layer = { ...smoothLayer('a', 64, 9), bias: null };
    layer.weights = layer.weights.map((weight) => weight * factor);
    const { content } = compress(chain(layer), options(8, 8, { layers: ['a'], rest }));
    return { content, scale: content.tensors.get('a.scale'), offset: content.tensors.get('a.offset') };
  };

  test('are float16 where that holds them, float32 where it does not or is not wanted', () => {
    expect(scaleOf(1, 'F16').scale).toMatchObject({ dtype: 'F16', shape: [9] });
    expect(scaleOf(1, 'F32').scale).toMatchObject({ dtype: 'F32', shape: [9] });
    // Scales below 2^-14 would lose digits, offsets above 65504 would be infinite.
    expect(scaleOf(1e-3, 'F16').scale?.dtype).toBe('F32');
    expect(scaleOf(1e8, 'F16').scale?.dtype).toBe('F32');
    expect(scaleOf(1e8, 'F16').offset?.dtype).toBe('F32');
  });

  test('are rounded before the coefficients are made: float16 costs no accuracy', () => {
    const original = network.layers[0];
    if (original.type !== 'linear') throw new Error('expected a linear layer');
    const errors = (['F16', 'F32'] as const).map((rest) => {
      const { content } = compress(network, options(8, 8, { layers: ['a'], rest, quality: 100 }));
      const { weights } = storedLayer(content, 'a');
      return Math.sqrt(weights.reduce((sum, weight, k) => sum + (weight - original.weights[k]) ** 2, 0));
    });
    expect(errors[0]).toBeLessThan(errors[1] * 1.1);
  });

  test('an offset that float16 would round by more than half a grey level is float32', () => {
    const layer = smoothLayer('a', 64, 9);
    const weights = layer.weights.map((weight) => 1000 + weight);
    const { content } = compress(chain({ ...layer, weights }), options(8, 8, { layers: ['a'] }));
    expect(content.tensors.get('a.offset')?.dtype).toBe('F32');
    const { samples } = storedLayer(content, 'a');
    for (const sample of samples) expect(Math.abs(sample - 127.5)).toBeLessThan(127.5 + 40);
  });
});

describe.each(VARIANTS)('$layout, $map', ({ layout, map }) => {
  const compressed = (rows: number[][], changes = {}) =>
    compress(
      chain(layerOf('a', rows)),
      options(4, 2, { layout, map, layers: ['a'], rest: 'F32', quality: 20, ...changes }),
    );

  test.each([0, 1, -1, 0.01, -0.3, 1e-30, 5e4])(
    'rows that are %d throughout come back, to a rounding of float16',
    (value) => {
      for (const rest of ['F16', 'F32'] as const) {
        for (const scope of ['row', 'layer'] as const) {
          const { content } = compressed([new Array(8).fill(value), new Array(8).fill(value)], {
            rest,
            scope,
          });
          const { weights } = storedLayer(readWjz(writeWjz(content)), 'a');
          // A symmetric map has no offset: the value is quantised like any other, 40 levels a step of DC ÷ 8.
          const tolerance = map === 'min-max' ? 2 ** -11 : 40 / 16 / 127;
          for (const weight of weights) {
            expect(Math.abs(weight - value)).toBeLessThanOrEqual(Math.abs(value) * tolerance + 2 ** -25);
          }
        }
      }
    },
  );

  test('rows of zeros among others stay zero', () => {
    const wave = [1, 2, 3, 2, 1, 0, -1, 0];
    // In a matrix rows share blocks, so the zeros are 8 rows that fill a block of their own.
    const rows = Array.from({ length: 16 }, (_, row) => (row < 8 ? wave : new Array(8).fill(0)));
    const { content } = compressed(rows);
    const { weights } = storedLayer(content, 'a');
    expect(weights.subarray(64).every((weight) => Math.abs(weight) < 1e-12)).toBe(true);
    expect(weights.subarray(0, 64).some((weight) => Math.abs(weight) > 0.5)).toBe(true);
  });

  test('a layer of zeros costs no coefficient, and its PSNR is infinite', () => {
    const { layers, content } = compressed([new Array(8).fill(0), new Array(8).fill(0)]);
    expect(storedLayer(content, 'a').nonzeros).toBe(0);
    expect(layers[0]).toMatchObject({ density: 0, psnr: Infinity });
  });

  test('any weights of any size make a file that can be read, its weights near', () => {
    const weight = fc.oneof(
      fc.float({ noNaN: true, noDefaultInfinity: true, min: Math.fround(-1e30), max: Math.fround(1e30) }),
      fc.constantFrom(0, 1, -1, 1000, 1000.0001, 1e-40, 60000, 60000.01),
    );
    const row = fc.oneof(
      fc.array(weight, { minLength: 8, maxLength: 8 }),
      weight.map((value) => new Array(8).fill(value)),
    );
    fc.assert(
      fc.property(
        fc.array(row, { minLength: 1, maxLength: 9 }),
        fc.constantFrom('row' as const, 'layer' as const),
        fc.constantFrom(1, 20, 100),
        (rows, scope, quality) => {
          const { content } = compressed(rows, { scope, quality });
          const { manifest, tensors } = readWjz(writeWjz(content));
          expect(manifest.layers.length).toBe(1);
          for (const tensor of tensors.values()) {
            expect(toFloat32(tensor).every((value) => Number.isFinite(value))).toBe(true);
          }
          if (quality !== 100 || scope !== 'layer') return;
          // Steps of 1 in 64 frequencies: at most 4 levels in a sample, one level being range ÷ 255 or so.
          const original = rows.flat();
          const max = Math.max(...original.map(Math.abs));
          storedLayer(content, 'a').weights.forEach((stored, index) => {
            expect(Math.abs(stored - original[index])).toBeLessThanOrEqual(max * 2 * (4 / 127) + 1e-30);
          });
        },
      ),
      { numRuns: 200 },
    );
  });
});
