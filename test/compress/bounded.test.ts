import { describe, expect, test } from 'vitest';
import { defaultMaxError } from '../../src/compress/bounded.ts';
import { compress } from '../../src/compress/compress.ts';
import { layerBlocks } from '../../src/compress/layer-blocks.ts';
import type { CompressOptions } from '../../src/compress/options.ts';
import { outputError, relativeError } from '../../src/compress/output-error.ts';
import { tileGeometry } from '../../src/jpeg/dct/tile-geometry.ts';
import { type DenseLinear, type DenseNetwork, linearLayers } from '../../src/weights/dense-network.ts';
import { expectRefusal } from '../format/refusal.ts';
import { storedLayer } from './expected-weights.ts';
import { options, randomNetwork, smoothLayer } from './networks.ts';

/** Options that name no quality. */
function bounded(changes: Partial<CompressOptions> = {}): CompressOptions {
  const { quality: _, ...rest } = options(12, 12, changes);
  return rest;
}

const network = randomNetwork([144, 120, 60, 10]);

/** The network with weights of its first layer changed. */
function changed(change: (weights: Float32Array, layer: DenseLinear) => void): DenseNetwork {
  const [first, ...others] = network.layers;
  if (first.type !== 'linear') throw new Error('expected a linear layer');
  const weights = first.weights.slice();
  change(weights, first);
  return { layers: [{ ...first, weights }, ...others] };
}

function weightsOf(net: DenseNetwork): number {
  return linearLayers(net).reduce((sum, { weights }) => sum + weights.length, 0);
}

const CASES: [string, DenseNetwork][] = [
  ['random weights', network],
  ['one weight far from the rest', changed((weights) => weights.fill(1000, 5, 6))],
  [
    'rows of very different size',
    changed((weights, { inFeatures }) => {
      weights.forEach((weight, i) => {
        weights[i] = weight * 10 ** ((Math.floor(i / inFeatures) % 5) - 2);
      });
    }),
  ],
  ['a first layer of zeros', changed((weights) => weights.fill(0))],
  ['six layers', randomNetwork([144, 60, 60, 60, 60, 60, 10])],
  ['one layer', randomNetwork([144, 10])],
];

describe('without a quality', () => {
  test.each(CASES)('keeps the answers on probe inputs: %s', (_, net) => {
    const { fidelity, layers } = compress(net, bounded());
    expect(fidelity.relativeError).toBeLessThanOrEqual(0.8 * defaultMaxError(weightsOf(net)));
    expect(fidelity.agreement).toBeGreaterThan(0.75);
    for (const layer of layers) expect(layer.bytes).toBeLessThanOrEqual(layer.denseBytes / 2);
  });

  test('a looser bound takes fewer bytes, and more error', () => {
    const bytes = (maxError: number): number =>
      compress(network, bounded({ maxError })).layers.reduce((sum, layer) => sum + layer.bytes, 0);
    expect(bytes(0.2)).toBeLessThan(bytes(0.05));
    expect(bytes(0.05)).toBeLessThan(bytes(0.01));
  });

  test('reports the error of the weights that the file holds', () => {
    const { content, layers } = compress(network, bounded());
    const jpegs = layers.filter((layer) => layer.psnr !== undefined);
    expect(jpegs.length).toBeGreaterThan(0);
    for (const { name, relativeError: reported } of jpegs) {
      const original = network.layers.find((layer) => layer.type === 'linear' && layer.name === name);
      if (original?.type !== 'linear') throw new Error('no such layer');
      expect(reported).toBeCloseTo(relativeError(original.weights, storedLayer(content, name).weights), 6);
    }
  });

  test('keeps samples within 0 to 255, which viewers do not clamp', () => {
    const { content } = compress(
      changed((weights) => weights.fill(2, 5, 6)),
      bounded({ layers: ['fc0'] }),
    );
    const { samples } = storedLayer(content, 'fc0');
    expect(samples.reduce((min, sample) => Math.min(min, sample))).toBeGreaterThan(-8);
    expect(samples.reduce((max, sample) => Math.max(max, sample))).toBeLessThan(264);
  });

  test.each([0, -1, NaN, Infinity])('refuses a bound of %d', (maxError) => {
    expectRefusal(() => compress(network, bounded({ maxError })), 'misuse', 'COMPRESS_MAX_ERROR');
  });
});

test('blocks of which 4 samples of 8 are inside have only even frequencies', () => {
  const layer = smoothLayer('a', 144, 2, 12);
  const blocks = layerBlocks(layer, tileGeometry(12, 12), [1, 1]);
  expect(blocks.length).toBe(2 * 4 * 64);
  // Block 1 is the top right one: columns 8 to 11 of the picture.
  for (let k = 0; k < 64; k++) if (k % 2 === 1) expect(blocks[64 + k]).toBeCloseTo(0, 12);
});

test('the default bound falls with the square root of the number of weights, for small networks', () => {
  expect(defaultMaxError(1e9)).toBe(0.07);
  expect(defaultMaxError(300_000)).toBe(0.07);
  expect(defaultMaxError(75_000)).toBe(0.035);
  expect(defaultMaxError(1)).toBeGreaterThan(0);
});

describe('error of outputs', () => {
  const outputs = (...values: number[]) => ({
    count: values.length,
    size: 1,
    values: Float32Array.from(values),
  });

  test('each kind of input counts alike, however much its outputs vary', () => {
    // Kinds take turns: outputs of the first vary by 2, of the second by 20; both are a tenth of that off.
    const expected = outputs(-1, -10, 1, 10);
    expect(outputError(expected, outputs(-1.1, -11, 1.1, 11), 2)).toBeCloseTo(0.1, 6);
    expect(outputError(expected, outputs(-1.2, -10, 1.2, 10), 2)).toBeCloseTo(0.2 / Math.SQRT2, 6);
  });

  test('a kind that excites nothing weighs little', () => {
    expect(outputError(outputs(0, -100, 0, 100), outputs(0.1, -100, 0.1, 100), 2)).toBeLessThan(0.02);
  });

  test('outputs that never vary are compared with themselves', () => {
    expect(outputError(outputs(4, 4), outputs(4.4, 4.4), 1)).toBeCloseTo(0.1, 6);
    expect(outputError(outputs(0, 0), outputs(0, 0), 1)).toBe(0);
  });
});
