import { compressGraph } from '../../src/compress/graph/compress-graph.ts';
import type { ImageInputOptions } from '../../src/format/manifest.ts';
import { writeWjz } from '../../src/format/write.ts';
import type { Graph } from '../../src/graph/graph.ts';
import { constant, seededValues } from '../operators/case.ts';
import { linearNode, node } from './graphs.ts';

/** A network that takes pictures by patches, with seeded weights: embedding → ReLU → 1×1 → ReLU → mean → linear. */
export function patchGraph(
  { width, height, channels = 1 }: Pick<ImageInputOptions, 'width' | 'height' | 'channels'>,
  [patchHeight, patchWidth]: readonly [number, number],
): Graph {
  const weights = (shape: readonly number[], seed: number) => {
    const count = shape.reduce((product, extent) => product * extent, 1);
    const scale = Math.sqrt(shape[0] / count);
    return constant(
      shape,
      Array.from(seededValues(count, seed), (value) => scale * value),
    );
  };
  const embedding = {
    weight: weights([24, channels, patchHeight, patchWidth], 11),
    bias: weights([24], 12),
  };
  const strides = [patchHeight, patchWidth];
  return {
    inputs: [{ name: 'image', shape: [channels, height, width] }],
    outputs: ['logits'],
    nodes: [
      node('conv2d', 'embedding', ['image'], { strides }, embedding),
      node('relu', 'r1', ['embedding']),
      node('conv2d', 'mix', ['r1'], {}, { weight: weights([16, 24, 1, 1], 13), bias: weights([16], 14) }),
      node('relu', 'r2', ['mix']),
      node('global-average-pool', 'pool', ['r2']),
      node('flatten', 'flat', ['pool']),
      linearNode('logits', 'flat', 16, 10, 15),
    ],
  };
}

/** It as a file, its weights as they are, or by default as `wjpeg compress` stores them. */
export async function patchModel(
  input: ImageInputOptions,
  patch: readonly [number, number],
  stored: 'exact' | 'JPEG' = 'exact',
): Promise<Uint8Array> {
  const exact = stored === 'exact' ? ({ layers: [], rest: 'F32' } as const) : {};
  const { content } = await compressGraph(patchGraph(input, patch), { input, ...exact });
  return writeWjz(content);
}
