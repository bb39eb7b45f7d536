import { describe, expect, test } from 'vitest';
import { compress } from '../../src/compress/compress.ts';
import type { CompressOptions } from '../../src/compress/options.ts';
import { readWjz } from '../../src/format/read.ts';
import { writeWjz } from '../../src/format/write.ts';
import { decodeCoefficients } from '../../src/jpeg/index.ts';
import { psnr, storedLayer } from './expected-weights.ts';
import { chain, options, smoothLayer } from './networks.ts';

/** 13×9 → 37 → 21 → 3. */
const network = chain(
  smoothLayer('first', 117, 37, 13),
  smoothLayer('second', 37, 21),
  smoothLayer('third', 21, 3),
);
const VARIANTS = (['rows', 'matrix'] as const).flatMap((layout) =>
  (['min-max', 'symmetric'] as const).flatMap((map) =>
    (['layer', 'row'] as const).map((scope) => ({ layout, map, scope })),
  ),
);

/** Only the first layer can be arranged as rows. */
function compressed(changes: Partial<CompressOptions>) {
  const layers = changes.layout === 'rows' ? ['first'] : ['first', 'second'];
  return compress(network, options(13, 9, { layers, ...changes }));
}

describe.each(VARIANTS)('$layout, $map per $scope', (variant) => {
  const { content, layers, denseBytes } = compressed(variant);
  const jpegLayers = layers.filter((layer) => layer.psnr !== undefined);

  test('reports shape and bytes', () => {
    expect(layers.map(({ name, shape }) => [name, ...shape])).toEqual([
      ['first', 37, 117],
      ['second', 21, 37],
      ['third', 3, 21],
    ]);
    expect(denseBytes).toBe((117 * 37 + 37 * 21 + 21 * 3 + 37 + 21 + 3) * 4);
    for (const layer of jpegLayers) {
      expect(layer.storedAs).toBe(variant.layout);
      expect(layer.bytes).toBe(content.jpegs.get(`${layer.name}.jpg`)?.length);
      expect(layer.denseBytes).toBe(layer.shape[0] * layer.shape[1] * 4);
    }
    // float16 rounds to 11 significant bits.
    expect(layers[2].relativeError).toBeLessThan(2 ** -11);
    expect(layers[2].relativeError).toBeGreaterThan(0);
    expect(layers[2]).toEqual({
      relativeError: layers[2].relativeError,
      name: 'third',
      shape: [3, 21],
      denseBytes: 252,
      storedAs: 'F16',
      bytes: 126,
      density: 1,
      psnr: undefined,
    });
    expect(content.tensors.get('third.weight')?.data.length).toBe(126);
  });

  test('reports density and PSNR as they come out of the JPEG by the formulas of the format', () => {
    expect(jpegLayers.length).toBe(variant.layout === 'rows' ? 1 : 2);
    for (const layer of jpegLayers) {
      const original = network.layers.find((l) => l.type === 'linear' && l.name === layer.name);
      if (original?.type !== 'linear') throw new Error('no such layer');
      const stored = storedLayer(content, layer.name);
      expect(layer.density).toBe(stored.nonzeros / original.weights.length);
      expect(layer.density).toBeGreaterThan(0);
      expect(layer.psnr).toBeCloseTo(psnr(original.weights, stored.weights), 6);
      // Quality 50 of smooth weights: far from noise, and not lossless.
      expect(layer.psnr).toBeGreaterThan(20);
      expect(layer.psnr).toBeLessThan(60);
    }
  });

  test('describes what it did: affine maps, settings', () => {
    const { manifest } = readWjz(writeWjz(content));
    expect(manifest.origin).toEqual({
      tool: 'wjpeg',
      denseBytes,
      settings: { quality: 50, map: variant.map, scope: variant.scope, rest: 'F16' },
    });
    const [first] = manifest.layers;
    if (first.type !== 'linear' || 'tensor' in first.weight) throw new Error('expected a JPEG');
    const { affineMap } = first.weight;
    expect('offset' in affineMap).toBe(variant.map === 'min-max');
    if (variant.scope === 'layer') expect(affineMap.scale).toBeGreaterThan(0);
    else expect(affineMap.scale).toEqual({ tensor: 'first.scale' });
  });

  test('fills the range of samples: min-max from 0 to 255, symmetric about 128', () => {
    const { content: fine } = compressed({ ...variant, quality: 100 });
    const { samples } = storedLayer(fine, 'first');
    const rows = variant.scope === 'row' ? 37 : 1;
    const length = samples.length / rows;
    for (let row = 0; row < rows; row++) {
      const part = samples.subarray(row * length, (row + 1) * length);
      const [low, high] = [Math.min(...part), Math.max(...part)];
      // Quality 100 leaves errors of a few levels at most, in a sample.
      if (variant.map === 'min-max') {
        expect(Math.abs(low)).toBeLessThan(3);
        expect(Math.abs(high - 255)).toBeLessThan(3);
      } else {
        expect(Math.abs(Math.max(128 - low, high - 128) - 127.5)).toBeLessThan(3);
      }
    }
  });
});

test('higher quality costs bytes and gains PSNR', () => {
  const reports = [5, 20, 50, 90].map((quality) => compressed({ layout: 'rows', quality }).layers[0]);
  for (let i = 1; i < reports.length; i++) {
    expect(reports[i].bytes).toBeGreaterThan(reports[i - 1].bytes);
    expect(reports[i].psnr).toBeGreaterThan(reports[i - 1].psnr as number);
    expect(reports[i].density).toBeGreaterThan(reports[i - 1].density);
  }
});

test('tiles beyond the last neuron hold no coefficient', () => {
  const { content } = compressed({ layout: 'rows' });
  const [spec] = content.manifest.layers;
  if (spec.type !== 'linear' || 'tensor' in spec.weight || spec.weight.layout !== 'rows')
    throw new Error('expected rows');
  const [component] = decodeCoefficients(content.jpegs.get('first.jpg') as Uint8Array).components;
  const { tilesPerRow } = spec.weight;
  const tiles = (component.blocksPerRow * component.blocksPerColumn) / 4;
  expect(tiles).toBeGreaterThan(37);
  for (let tile = 37; tile < tiles; tile++) {
    for (const [down, across] of [
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ]) {
      const block =
        (Math.floor(tile / tilesPerRow) * 2 + down) * component.blocksPerRow +
        (tile % tilesPerRow) * 2 +
        across;
      expect(component.coefficients.subarray(block * 64, block * 64 + 64).every((value) => value === 0)).toBe(
        true,
      );
    }
  }
});

test('the same network and options give the same bytes', () => {
  const write = (): Uint8Array => writeWjz(compressed({ layout: 'rows' }).content);
  expect(write()).toEqual(write());
});
