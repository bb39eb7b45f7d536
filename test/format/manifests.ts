import type { Manifest } from '../../src/format/manifest.ts';

/** Deep copies that tests may alter: `any`, since they do so in every wrong way. */
// biome-ignore lint/suspicious/noExplicitAny: see above
export type Alterable = any;

/**
 * A manifest that uses every feature of the format: both layouts, both affine maps, numbers and tensors,
 * all layer types. 6×4 → 3 (rows, per row) → 10 (matrix, one scale) → 2 (tensor).
 */
export const FULL: Manifest = {
  format: 'wjz',
  version: '2.0',
  name: 'full',
  description: 'every feature',
  license: 'MIT',
  input: {
    kind: 'image',
    width: 6,
    height: 4,
    channels: 1,
    mean: 0.1,
    std: 0.5,
    preprocessing: { background: 'dark', fit: 'contain' },
  },
  labels: ['no', 'yes'],
  layers: [
    {
      type: 'linear',
      name: 'a',
      inFeatures: 24,
      outFeatures: 3,
      weight: {
        jpeg: 'a.jpg',
        layout: 'rows',
        tile: { width: 6, height: 4, x: 3, y: 1 },
        tilesPerRow: 2,
        affineMap: { scale: { tensor: 'a.scale' }, offset: { tensor: 'a.offset' } },
      },
      bias: { tensor: 'a.bias' },
    },
    { type: 'relu' },
    {
      type: 'linear',
      name: 'b',
      inFeatures: 3,
      outFeatures: 10,
      weight: {
        jpeg: 'b.jpg',
        layout: 'matrix',
        affineMap: { scale: 0.01 },
      },
    },
    { type: 'relu' },
    {
      type: 'linear',
      name: 'c',
      inFeatures: 10,
      outFeatures: 2,
      weight: { tensor: 'c.weight' },
      bias: { tensor: 'c.bias' },
    },
    { type: 'softmax' },
  ],
  origin: {
    tool: 'a test',
    denseBytes: 532,
    denseAccuracy: 1,
    settings: { quality: 20, map: 'both', exact: false },
  },
};

/** `FULL`, altered. */
export function altered(alter: (manifest: Alterable) => void): Alterable {
  const copy = structuredClone(FULL);
  alter(copy);
  return copy;
}
