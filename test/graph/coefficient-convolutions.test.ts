import { describe, expect, test } from 'vitest';
import type { Conv2dAttributes } from '../../kernels/conv2d/attributes.ts';
import { tileSize } from '../../kernels/conv2d/tiling.ts';
import type { GraphNode, PlannedGraph } from '../../src/graph/graph.ts';
import { foldAffine, withKernels } from '../../src/graph/passes/fold-affine.ts';
import {
  isMultipliedOnCoefficients,
  transformConvolutions,
} from '../../src/graph/passes/transform-convolutions.ts';
import { planGraph } from '../../src/graph/plan.ts';
import type { Shape } from '../../src/graph/shape.ts';
import { GraphOracle } from '../../src/runtime/graph/graph-oracle.ts';
import type { PictureKernels } from '../../src/weights/kernel-picture.ts';
import type { MatrixNode } from '../../src/weights/network.ts';
import { constant, seededValues } from '../operators/case.ts';
import { backendRows, openGraphOn } from './backends.ts';
import { node } from './graphs.ts';
import { pictureGraph as graph, pictureConv, pictureGraphOf } from './picture-graphs.ts';

test('sparse taps are multiplied on their coefficients, others are expanded', () => {
  const multiplied = graph.nodes.flatMap(({ name, kernels, attributes }) =>
    kernels && isMultipliedOnCoefficients(kernels, attributes, [11, 9]) ? [name] : [],
  );
  expect(multiplied).toEqual(['a', 'b', 'c', 'd']);
  const { nodes } = transformConvolutions(planGraph(graph));
  expect(nodes.filter(({ operator }) => operator === 'coefficient-conv2d')).toHaveLength(4);
  // a and b take the same value, whose channels are transformed once.
  expect(nodes.filter(({ name }) => name.startsWith('x\0'))).toHaveLength(1);
});

test('kernels of 3×3 without strides must be sparser: expanded they take fewer multiplications', () => {
  const [first] = graph.nodes;
  const kernels = pictureConv('k', 'x', [64, 64, 3, 3], {}, { density: 0.35 }).kernels as PictureKernels;
  expect(isMultipliedOnCoefficients(kernels, { ...first.attributes, strides: [2, 2] }, [8, 8])).toBe(true);
  expect(isMultipliedOnCoefficients(kernels, { ...first.attributes, strides: [1, 1] }, [8, 8])).toBe(false);
  const sparser = pictureConv('k', 'x', [64, 64, 3, 3], {}, { density: 0.22 }).kernels as PictureKernels;
  expect(isMultipliedOnCoefficients(sparser, { ...first.attributes, strides: [1, 1] }, [8, 8])).toBe(true);
  const compact = { precision: 'float32', isCompact: true } as const;
  const window = { ...first.attributes, strides: [1, 1] };
  expect(isMultipliedOnCoefficients(kernels, window, [8, 8], compact)).toBe(true);
  // Eight bytes a nonzero, of weights in int16 two each.
  expect(isMultipliedOnCoefficients(kernels, window, [8, 8], { ...compact, precision: 'int16' })).toBe(false);
  // In tiles of 4×4, where maps are large enough for them, they take even fewer.
  expect(isMultipliedOnCoefficients(sparser, { ...first.attributes, strides: [1, 1] }, [16, 16])).toBe(false);
});

test.for(backendRows)(
  'convolutions on coefficients on $title answer within the rounding errors of their nodes',
  async ({ backend, skipped }, { skip }) => {
    if (skipped) skip();
    for (const seed of [1, 2]) {
      const planned = planGraph(foldAffine(pictureGraphOf(seed)));
      expect(planned.nodes.some(({ operator }) => operator === 'batch-norm')).toBe(false);
      const judges = planned.outputs.map(
        (name) => new GraphOracle(planGraph({ ...planned, outputs: [name] })),
      );
      const executor = await openGraphOn(backend, planned);
      const batch = 2;
      const size = 8 * 11 * 9;
      const inputs = seededValues(batch * size, seed + 10);
      const given = await executor.run([inputs], batch, 'values');
      for (let image = 0; image < batch; image++) {
        const input = inputs.subarray(image * size, (image + 1) * size);
        for (const [index, judge] of judges.entries()) {
          const { logits: exact, tolerances } = judge.runBounded(input);
          expect(given[index].length).toBe(batch * exact.length);
          exact.forEach((value, at) => {
            const error = Math.abs(given[index][image * exact.length + at] - value);
            expect(error <= tolerances[at]).toBe(true);
          });
        }
      }
      executor.dispose();
    }
  },
);

/** A graph whose kernels lie in pictures, each on its coefficients or in tiles, with a ReLU between. */
function withRelu(): PlannedGraph {
  const { inputs, nodes } = foldAffine(pictureGraphOf(3));
  const dense = seededValues(16 * 16 * 9, 4).map((value) => value / 12);
  const tiles = node(
    'conv2d',
    'tiles',
    ['sum'],
    { pads: [1, 1, 1, 1] },
    { weight: constant([16, 16, 3, 3], [...dense]) },
  );
  const rest = nodes.filter(({ name }) => ['a', 'b', 'sum'].includes(name));
  return planGraph({
    inputs,
    outputs: ['y'],
    nodes: [
      ...rest,
      node('slice', 'even', ['sum'], { starts: [0, 0, 0], lengths: [16, 6, 4], steps: [1, 1, 1] }),
      { ...tiles, inputs: ['even'] },
      node('relu', 'r', ['tiles']),
      node('global-average-pool', 'y', ['r']),
    ],
  });
}

/** The picture of a convolution with another set of coefficients or scales. */
function altered(graph: PlannedGraph, name: string, change: (matrix: MatrixNode) => Partial<MatrixNode>) {
  return {
    ...graph,
    nodes: graph.nodes.map((one) => {
      if (one.name !== name) return one;
      const kernels = one.kernels as PictureKernels;
      return {
        ...one,
        ...withKernels({}, { ...kernels, matrix: { ...kernels.matrix, ...change(kernels.matrix) } }),
      };
    }),
  };
}

function swapped<T extends Float32Array | Int16Array>(values: T, a: number, b: number): T {
  const copy = values.slice() as T;
  [copy[a], copy[b]] = [values[b], values[a]];
  return copy;
}

describe('a fault in convolutions exceeds the tolerances', () => {
  const healthy = withRelu();
  const inputs = seededValues(8 * 11 * 9, 21);
  /** The error in relation to its tolerance, at the logit where that is largest. */
  const worst = async (graph: PlannedGraph): Promise<number> => {
    const { logits, tolerances } = new GraphOracle(healthy).runBounded(inputs);
    const executor = await openGraphOn('wasm', graph);
    const [given] = await executor.run([inputs], 1, 'values');
    executor.dispose();
    return logits.reduce((max, value, at) => Math.max(max, Math.abs(given[at] - value) / tolerances[at]), 0);
  };

  test('but the healthy graph does not', async () => {
    expect(sizeOfTiles(healthy)).toBe(2);
    expect(await worst(healthy)).toBeLessThan(1);
  });

  test.each<[string, PlannedGraph]>([
    [
      'a coefficient one step off',
      altered(healthy, 'a', ({ coefficients }) => ({
        coefficients: { ...coefficients, value: coefficients.value.map((c, at) => (at === 5 ? c + 1 : c)) },
      })),
    ],
    [
      'two coefficients exchanged',
      altered(healthy, 'b', ({ coefficients }) => ({
        coefficients: { ...coefficients, value: swapped(coefficients.value as Int16Array, 0, 1) },
      })),
    ],
    [
      'a scale off by a thousandth',
      altered(healthy, 'a', ({ scale }) => ({ scale: scale.map((s, o) => (o === 3 ? 1.001 * s : s)) })),
    ],
    [
      'two output channels exchanged',
      altered(healthy, 'b', ({ scale }) => ({ scale: swapped(scale, 2, 3) })),
    ],
    [
      'a kernel of the tiles off by a thousandth',
      changed(healthy, 'tiles', (one) => {
        const { shape, values } = one.constants.weight;
        return {
          ...one,
          constants: { weight: { shape, values: values.map((w, at) => (at === 40 ? 1.001 * w : w)) } },
        };
      }),
    ],
    [
      'a ReLU that ends at a thousandth, not at zero',
      changed(healthy, 'r', (one) => node('clip', one.name, one.inputs, { min: 1e-3 })),
    ],
    ['a ReLU left out', changed(healthy, 'r', (one) => node('identity', one.name, one.inputs))],
  ])('%s', async (_, graph) => {
    expect(await worst(graph)).toBeGreaterThan(1);
  });
});

function changed(graph: PlannedGraph, name: string, change: (node: GraphNode) => GraphNode): PlannedGraph {
  return { ...graph, nodes: graph.nodes.map((one) => (one.name === name ? change(one) : one)) };
}

/** Of Winograd's tiles in which the convolution 'tiles' is multiplied on wasm. */
function sizeOfTiles({ nodes, shapes }: PlannedGraph) {
  const tiles = nodes.find(({ name }) => name === 'tiles') as GraphNode;
  const [, ...map] = shapes.get('tiles') as Shape;
  return tileSize([16, 16, 3, 3], tiles.attributes as Conv2dAttributes, map);
}
