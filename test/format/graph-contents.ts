import { parseGraphManifest } from '../../src/format/graph-manifest.ts';
import type { WjzContent } from '../../src/format/write.ts';
import { fromFloat32 } from '../../src/safetensors/from-float32.ts';
import type { Tensor } from '../../src/safetensors/tensor.ts';
import { seededValues } from '../operators/case.ts';
import { greyJpeg } from './contents.ts';

/**
 * A graph as `model.json` has it, the shortest that says this: a picture of 3×2, a residual block, two outputs, a layer of
 * either layout, a tensor of an operator. 6 → a (rows) 16 → b (matrix) 16, + → c (tensor) 3.
 */
export const GRAPH_FILE = {
  format: 'wjz',
  version: '2.0',
  requires: ['graph', 'add', 'gelu', 'leaky-relu', 'prelu'],
  outputs: ['c', 'sum'],
  input: { kind: 'image', width: 3, height: 2 },
  labels: ['x', 'y', 'z'],
  layers: [
    {
      type: 'linear',
      name: 'a',
      inFeatures: 6,
      outFeatures: 16,
      weight: { layout: 'rows', tilesPerRow: 4, affineMap: { scale: 0.02 } },
    },
    { type: 'gelu', approximate: 'tanh' },
    {
      type: 'linear',
      name: 'b',
      inFeatures: 16,
      outFeatures: 16,
      weight: { layout: 'matrix', affineMap: { scale: 0.01 } },
    },
    { type: 'add', name: 'sum', inputs: ['b', 'gelu 1'] },
    { type: 'leaky-relu' },
    { type: 'prelu', name: 'p', slope: { tensor: 'p.slope' } },
    {
      type: 'linear',
      name: 'c',
      inFeatures: 16,
      outFeatures: 3,
      weight: { tensor: 'c.weight' },
      bias: { tensor: 'c.bias' },
    },
  ],
};

const floats = (shape: readonly number[], seed: number): Tensor =>
  fromFloat32(
    seededValues(
      shape.reduce((a, b) => a * b, 1),
      seed,
    ),
    [...shape],
    'F32',
  );

export function graphContent(): WjzContent {
  return {
    manifest: parseGraphManifest(GRAPH_FILE),
    jpegs: new Map([
      ['a.jpg', greyJpeg(32, 32)],
      ['b.jpg', greyJpeg(16, 16)],
    ]),
    tensors: new Map([
      ['p.slope', floats([16], 1)],
      ['c.weight', floats([3, 16], 2)],
      ['c.bias', floats([3], 3)],
    ]),
  };
}
