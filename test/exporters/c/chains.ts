import { parseGraphManifest } from '../../../src/format/graph-manifest.ts';
import type { ImageInputSpec } from '../../../src/format/manifest.ts';
import { readWjz, type WjzFile } from '../../../src/format/read.ts';
import { writeWjz } from '../../../src/format/write.ts';
import { elementCount } from '../../../src/graph/shape.ts';
import { fromFloat32 } from '../../../src/safetensors/from-float32.ts';
import { seededValues } from '../../operators/case.ts';

export type Layer = Readonly<Record<string, unknown>>;

export const conv = (shape: readonly number[], more: Layer = {}): Layer => ({
  type: 'conv2d',
  shape,
  ...more,
});
export const linear = (inFeatures: number, outFeatures: number): Layer => ({
  type: 'linear',
  inFeatures,
  outFeatures,
  shape: [outFeatures, inFeatures],
});
export const [relu, softmax, flatten, average] = ['relu', 'softmax', 'flatten', 'global-average-pool'].map(
  (type): Layer => ({ type }),
);
export const pool = (more: Layer = {}): Layer => ({
  type: 'max-pool',
  kernel: [2, 2],
  strides: [2, 2],
  ...more,
});

/** A chain of layers on a picture; those with a shape have drawn weights. */
export function chain(layers: readonly Layer[], input: Partial<ImageInputSpec> = {}): WjzFile {
  const named = layers.map(({ shape, ...layer }, at) => ({
    ...layer,
    name: `n${at}`,
    ...(shape !== undefined && { weight: { tensor: `n${at}.weight` } }),
  }));
  const manifest = parseGraphManifest({
    format: 'wjz',
    version: '2.0',
    requires: ['graph', ...new Set(layers.map(({ type }) => type as string))].filter(
      (type) => !['linear', 'relu', 'softmax'].includes(type),
    ),
    input: { kind: 'image', width: 8, height: 8, channels: 1, ...input },
    outputs: [`n${layers.length - 1}`],
    layers: named,
  });
  const tensors = layers.flatMap(({ shape }, at) => {
    if (shape === undefined) return [];
    const extents = shape as readonly number[];
    const values = seededValues(elementCount(extents), at);
    return [[`n${at}.weight`, fromFloat32(values, [...extents], 'F32')] as const];
  });
  return readWjz(writeWjz({ manifest, jpegs: new Map(), tensors: new Map(tensors) }));
}
