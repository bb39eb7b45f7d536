import { describe, expect, test } from 'vitest';
import { compress } from '../../src/compress/compress.ts';
import { readWjz } from '../../src/format/read.ts';
import { writeWjz } from '../../src/format/write.ts';
import { mulberry32 } from '../../src/random.ts';
import type { DenseLinear } from '../../src/weights/dense-network.ts';
import { expectRefusal } from '../format/refusal.ts';
import { chain, layerOf, options, smoothLayer } from './networks.ts';

const storedAs = (...args: Parameters<typeof compress>): string[] =>
  compress(...args).layers.map((layer) => layer.storedAs);

describe('auto', () => {
  test('takes layers from 64 KiB of float32 on', () => {
    // 128 × 128 × 4 = 65,536 bytes, and one row less.
    const network = chain(smoothLayer('a', 64, 128), smoothLayer('b', 128, 128), smoothLayer('c', 128, 127));
    expect(storedAs(network, options(8, 8))).toEqual(['F16', 'matrix', 'F16']);
  });

  test('arranges as rows what takes the input picture, all else as a matrix', () => {
    const network = chain(
      smoothLayer('a', 256, 64, 16),
      smoothLayer('b', 64, 256),
      smoothLayer('c', 256, 64, 16),
    );
    expect(storedAs(network, options(16, 16))).toEqual(['rows', 'matrix', 'rows']);
    expect(storedAs(network, options(16, 16, { layout: 'matrix' }))).toEqual(['matrix', 'matrix', 'matrix']);
    const input = { kind: 'vector', length: 256 } as const;
    expect(storedAs(network, options(0, 0, { input }))).toEqual(['matrix', 'matrix', 'matrix']);
  });

  test('takes even noise at quality 100: it is less than two bytes a weight', () => {
    const random = mulberry32(1);
    const weights = Float32Array.from({ length: 128 * 128 }, () => random() - 0.5);
    const noise: DenseLinear = { ...smoothLayer('a', 128, 128), weights };
    for (const layout of ['rows', 'matrix'] as const) {
      const [layer] = compress(chain(noise), options(16, 8, { quality: 100, layout })).layers;
      expect(layer.storedAs).toBe(layout);
      expect(layer.bytes).toBeGreaterThan(128 * 128);
      expect(layer.bytes).toBeLessThan(128 * 128 * 2);
    }
  });

  test('keeps what is not chosen, down to nothing', () => {
    const network = chain(smoothLayer('a', 128, 128));
    expect(storedAs(network, options(16, 8, { layers: [] }))).toEqual(['F16']);
    expect(storedAs(network, options(16, 8, { layers: [], rest: 'F32' }))).toEqual(['F32']);
    expect(readWjz(writeWjz(compress(network, options(16, 8, { layers: [] })).content)).jpegs.size).toBe(0);
  });

  test('keeps activations where they were', () => {
    const [a, b] = [smoothLayer('a', 64, 10), smoothLayer('b', 10, 2)];
    const network = { layers: [a, { type: 'relu' as const }, b, { type: 'softmax' as const }] };
    const { manifest } = compress(network, options(8, 8)).content;
    expect(manifest.layers.map((layer) => layer.type)).toEqual(['linear', 'relu', 'linear', 'softmax']);
  });
});

describe('errors', () => {
  const network = chain(smoothLayer('a', 64, 10), smoothLayer('b', 10, 2));

  test('a layer that is not there: COMPRESS_UNKNOWN_LAYER', () => {
    const wrong = options(8, 8, { layers: ['a', 'z'] });
    expectRefusal(() => compress(network, wrong), 'misuse', 'COMPRESS_UNKNOWN_LAYER', /'z'.*a, b/);
  });

  test('rows for a layer that takes no picture: COMPRESS_NO_PICTURE', () => {
    const wrong = options(8, 8, { layers: ['b'], layout: 'rows' });
    expectRefusal(
      () => compress(network, wrong),
      'misuse',
      'COMPRESS_NO_PICTURE',
      /'b' takes 10 values.*8×8/,
    );
  });

  test('rows for a network that takes a vector: COMPRESS_NO_PICTURE', () => {
    const wrong = options(0, 0, {
      input: { kind: 'vector', length: 64 },
      layers: ['a'],
      layout: 'rows',
    });
    expectRefusal(() => compress(network, wrong), 'misuse', 'COMPRESS_NO_PICTURE', /'a' takes 64 values/);
  });

  test.each([65520, -65520, 1e30])('%d in what is kept as float16: COMPRESS_F16_OVERFLOW', (value) => {
    const large = chain(layerOf('a', [[1, value]]));
    expectRefusal(() => compress(large, options(2, 1)), 'misuse', 'COMPRESS_F16_OVERFLOW', /'a\.weight'/);
    const bias = chain({ ...layerOf('a', [[1, 2]]), bias: Float32Array.of(value) });
    expectRefusal(() => compress(bias, options(2, 1)), 'misuse', 'COMPRESS_F16_OVERFLOW', /'a\.bias'/);
    expect(compress(large, options(2, 1, { rest: 'F32' })).layers[0].storedAs).toBe('F32');
  });

  test('what rounds to 65504 is kept as float16', () => {
    expect(compress(chain(layerOf('a', [[1, 65519]])), options(2, 1)).layers[0].storedAs).toBe('F16');
  });

  test.each([0, 101, 20.5, NaN])('a quality of %d: JPEG_QUALITY', (quality) => {
    expectRefusal(
      () => compress(network, options(8, 8, { quality, layers: ['a'] })),
      'misuse',
      'JPEG_QUALITY',
    );
  });
});
