import { describe, expect, it } from 'vitest';
import type { Graph, GraphNode } from '../../src/graph/graph.ts';
import { multiplications, nodeWork } from '../../src/graph/multiplications.ts';
import { planGraph } from '../../src/graph/plan.ts';
import { node } from './graphs.ts';

const weight = (...shape: number[]) => ({
  weight: { shape, values: new Float32Array(shape.reduce((a, b) => a * b)) },
});
const planned = (shape: readonly number[], ...nodes: GraphNode[]) => {
  const graph: Graph = { inputs: [{ name: 'x', shape }], outputs: ['y'], nodes };
  return planGraph(graph);
};

describe('multiplications of one input', () => {
  it.each<[string, number[], GraphNode[], number]>([
    [
      'a linear layer: inputs × outputs',
      [5],
      [node('linear', 'y', ['x'], { inFeatures: 5, outFeatures: 3 }, weight(3, 5))],
      15,
    ],
    // 4×2 = 8 maps of 3×3 weights for each of 4×6 pixels.
    ['a convolution', [2, 6, 8], [node('conv2d', 'y', ['x'], {}, weight(4, 2, 3, 3))], 4 * 2 * 9 * 24],
    [
      'a convolution in groups',
      [4, 6, 8],
      [node('conv2d', 'y', ['x'], { groups: 2 }, weight(6, 2, 3, 3))],
      6 * 2 * 9 * 24,
    ],
    [
      'a product of matrices of 2×3 and 3×2, four times',
      [4, 6],
      [
        node('reshape', 'a', ['x'], { shape: [4, 2, 3] }),
        node('transpose', 'b', ['a'], { permutation: [0, 2, 1] }),
        node('matmul', 'y', ['a', 'b']),
      ],
      4 * 2 * 3 * 2,
    ],
    ['nodes without weights', [5], [node('relu', 'a', ['x']), node('add', 'y', ['a', 'x'])], 0],
  ])('%s', (_, shape, nodes, count) => {
    expect(multiplications(planned(shape, ...nodes))).toBe(count);
  });
});

describe('the work of one input', () => {
  it.each<[string, number[], GraphNode, number]>([
    // 3×4 windows fit, of 2 channels.
    [
      'a pool: the elements of all windows',
      [2, 6, 8],
      node('max-pool', 'y', ['x'], { kernel: [3, 2], strides: [2, 2], pads: [0, 0, 0, 0] }),
      2 * 2 * 4 * 6,
    ],
    [
      'a map that is made half as high and a quarter as wide: what its kernel reaches',
      [1, 8, 8],
      node('resize', 'y', ['x'], { size: [4, 2], scales: [0.5, 0.25], mode: 'cubic', antialias: true }),
      8 * (4 / 0.5) * (4 / 0.25),
    ],
    [
      'a map that grows: four neighbours along each axis',
      [1, 2, 2],
      node('resize', 'y', ['x'], { size: [4, 4], scales: [2, 2], mode: 'cubic', antialias: true }),
      16 * 4 * 4,
    ],
    [
      'a map at another size whose pixels are taken as they are: none',
      [1, 8, 8],
      node('resize', 'y', ['x'], { size: [4, 2], scales: [0.5, 0.25], mode: 'nearest' }),
      0,
    ],
    ['others: their multiplications', [1, 4, 4], node('conv2d', 'y', ['x'], {}, weight(1, 1, 3, 3)), 9 * 4],
  ])('%s', (_, shape, last, work) => {
    const { shapes } = planned(shape, last);
    expect(nodeWork(last, shapes)).toBe(work);
  });
});
