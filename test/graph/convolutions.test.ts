import { describe, expect, test } from 'vitest';
import type { Conv2dAttributes } from '../../kernels/conv2d/attributes.ts';
import { tileSize } from '../../kernels/conv2d/tiling.ts';
import type { Graph, GraphNode } from '../../src/graph/graph.ts';
import { fuseAdds } from '../../src/graph/passes/fuse-adds.ts';
import { fuseRelus } from '../../src/graph/passes/fuse-relus.ts';
import { planGraph } from '../../src/graph/plan.ts';
import { GraphOracle } from '../../src/runtime/graph/graph-oracle.ts';
import { constant, seededValues } from '../operators/case.ts';
import { backendRows, openGraphOn } from './backends.ts';
import { linearNode, node } from './graphs.ts';

/** A convolution of 3×3 with padding, its weights small enough that values keep their size. */
function conv(name: string, input: string, inputs: number, outputs: number, stride = 1, seed = 1): GraphNode {
  const weights = seededValues(outputs * inputs * 9, seed).map(
    (value) => value * Math.sqrt(1 / (3 * inputs)),
  );
  return node(
    'conv2d',
    name,
    [input],
    { pads: [1, 1, 1, 1], strides: [stride, stride] },
    { weight: constant([outputs, inputs, 3, 3], [...weights]) },
  );
}

/** A residual network in small: two blocks, of which the second halves the map and doubles the channels. */
const graph: Graph = {
  inputs: [{ name: 'x', shape: [3, 12, 10] }],
  outputs: ['logits', 'block1'],
  nodes: [
    conv('c0', 'x', 3, 8, 1, 1),
    node(
      'batch-norm',
      'n0',
      ['c0'],
      {},
      { scale: constant([8], [...seededValues(8, 2)]), offset: constant([8], [...seededValues(8, 3)]) },
    ),
    node('relu', 'r0', ['n0']),
    conv('c1', 'r0', 8, 8, 1, 4),
    node('relu', 'r1', ['c1']),
    conv('c2', 'r1', 8, 8, 1, 5),
    node('add', 'a1', ['c2', 'r0']),
    node('relu', 'block1', ['a1']),
    conv('c3', 'block1', 8, 16, 2, 6),
    node('hard-swish', 'r3', ['c3']),
    node('slice', 's', ['block1'], { starts: [0, 0, 0], lengths: [8, 6, 5], steps: [1, 2, 2] }),
    node('pad', 'p', ['s'], { pads: [4, 0, 0, 4, 0, 0] }),
    node('add', 'a2', ['r3', 'p']),
    node('max-pool', 'm', ['a2'], { kernel: [2, 2], strides: [2, 2], ceilMode: true }),
    node('global-average-pool', 'g', ['m']),
    linearNode('logits', 'g', 16, 10, 7),
  ],
};

test.for(backendRows)(
  'a residual network on $title answers within the rounding errors of its nodes',
  async ({ backend, skipped }, { skip }) => {
    if (skipped) skip();
    const planned = planGraph(graph);
    const executor = await openGraphOn(backend, planned);
    const batch = 3;
    const inputs = seededValues(batch * 360, 11);
    const oracle = new GraphOracle(planned);
    const [logits, block] = await executor.run([inputs], batch, 'values');
    expect([logits.length, block.length]).toEqual([batch * 10, batch * 8 * 12 * 10]);
    for (let image = 0; image < batch; image++) {
      const { logits: exact, tolerances } = oracle.runBounded(
        inputs.subarray(image * 360, (image + 1) * 360),
      );
      exact.forEach((value, index) => {
        expect(Math.abs(logits[image * 10 + index] - value) <= tolerances[index]).toBe(true);
      });
    }
    executor.dispose();
  },
);

describe("a convolution in Winograd's tiles of 4×4", () => {
  const inputs = seededValues(9 * 20 * 16, 12);
  const tiled = (weights = conv('y', 'x', 9, 11, 1, 13)) =>
    planGraph({ inputs: [{ name: 'x', shape: [9, 20, 16] }], outputs: ['y'], nodes: [weights] });

  /** The largest error on wasm as a share of its tolerance. */
  const worst = async (graph: ReturnType<typeof tiled>): Promise<number> => {
    const executor = await openGraphOn('wasm', graph);
    const [given] = await executor.run([inputs], 1, 'values');
    executor.dispose();
    const { logits, tolerances } = new GraphOracle(tiled()).runBounded(inputs);
    return logits.reduce((max, value, at) => Math.max(max, Math.abs(given[at] - value) / tolerances[at]), 0);
  };

  test('is within the rounding errors of its tiles', async () => {
    const graph = tiled();
    const [node] = graph.nodes;
    expect(tileSize([11, 9, 3, 3], node.attributes as Conv2dAttributes, [20, 16])).toBe(4);
    const share = await worst(graph);
    expect(share).toBeLessThan(1);
    // What it may be off by is what it is off by, within an order of magnitude.
    expect(share).toBeGreaterThan(0.05);
  });

  test('is beyond them with one weight off by a thousandth', async () => {
    const healthy = conv('y', 'x', 9, 11, 1, 13);
    const values = healthy.constants.weight.values.map((w, at) => (at === 40 ? 1.001 * w : w));
    const weight = { ...healthy.constants.weight, values };
    expect(await worst(tiled({ ...healthy, constants: { weight } }))).toBeGreaterThan(1);
  });
});

describe('a convolution and what is added to it', () => {
  const sum = (order: readonly [string, string], other = 'x', extra: GraphNode[] = []) =>
    planGraph({
      inputs: [{ name: 'x', shape: [8, 16, 16] }],
      outputs: ['y'],
      nodes: [
        ...extra,
        conv('c', 'x', 8, 8, 1, 14),
        node('add', 's', [...order]),
        node('relu', 'y', ['s']),
      ].map((one) => ({ ...one, inputs: one.inputs.map((name) => (name === 'other' ? other : name)) })),
    });

  test.each<[string, Graph, string[]]>([
    ['are one node', sum(['c', 'other']), ['conv2d']],
    ['whichever comes first', sum(['other', 'c']), ['conv2d']],
    [
      'of two convolutions the last',
      sum(['c', 'other'], 'd', [conv('d', 'x', 8, 8, 1, 15)]),
      ['conv2d', 'conv2d'],
    ],
    ['not where it is added to itself', sum(['c', 'c']), ['conv2d', 'add', 'relu']],
    [
      'not where the other value has another shape',
      sum(['c', 'other'], 'g', [node('global-average-pool', 'g', ['x'])]),
      ['global-average-pool', 'conv2d', 'add', 'relu'],
    ],
    [
      'not where the convolution is an output',
      { ...sum(['c', 'other']), outputs: ['y', 'c'] },
      ['conv2d', 'add', 'relu'],
    ],
    ['not where values come in between', { ...sum(['c', 'other']), entry: 'c' }, ['conv2d', 'add', 'relu']],
  ])('%s', async (_, given, operators) => {
    const graph = planGraph(given);
    const fused = fuseRelus(fuseAdds(graph, { precision: 'float32', isCompact: false }));
    expect(fused.nodes.map(({ operator }) => operator)).toEqual(operators);
    const inputs = seededValues(2 * 8 * 16 * 16, 16);
    const [wasm, exact] = await Promise.all(
      (['wasm', 'reference'] as const).map(async (backend) =>
        (await openGraphOn(backend, graph)).run([inputs], 2, 'values'),
      ),
    );
    exact[0].forEach((value, at) => {
      expect(Math.abs(wasm[0][at] - value)).toBeLessThan(1e-4);
    });
  });
});

test('compact convolutions take the memory of their weights, and answer as the others do', async () => {
  const weights = 16 * 16 * 9;
  const graph = planGraph({
    inputs: [{ name: 'x', shape: [16, 16, 16] }],
    outputs: ['y'],
    nodes: [conv('c', 'x', 16, 16, 1, 19), node('add', 's', ['c', 'x']), node('relu', 'y', ['s'])],
  });
  const inputs = seededValues(2 * 16 * 256, 20);
  const [exact] = await (await openGraphOn('reference', graph)).run([inputs], 2, 'values');
  const bytes = new Map<string, number>();
  for (const memory of ['speed', 'compact', 'stream'] as const) {
    const executor = await openGraphOn('wasm', graph, 'float32', memory);
    const [given] = await executor.run([inputs], 2, 'values');
    exact.forEach((value, at) => {
      expect(Math.abs(given[at] - value)).toBeLessThan(1e-4);
    });
    bytes.set(memory, executor.residentBytes.device);
  }
  expect(bytes.get('compact')).toBeLessThan(4 * weights * 1.5);
  expect(bytes.get('stream')).toBe(bytes.get('compact'));
  expect(bytes.get('speed')).toBeGreaterThan(4 * weights * 3.5);
});

test('the maximum of a window with NaN is NaN, wherever it lies', async () => {
  const graph = planGraph({
    inputs: [{ name: 'x', shape: [1, 8, 8] }],
    outputs: ['y'],
    nodes: [
      node('add', 'double', ['x', 'x']),
      node('subtract', 'd', ['double', 'double']),
      node('max-pool', 'y', ['d'], { kernel: [2, 2], strides: [2, 2] }),
    ],
  });
  // Windows 0 to 3 of the first row have an overflow in one corner each; ∞ − ∞ is NaN.
  const inputs = new Float32Array(64);
  [0, 3, 12, 15].forEach((at) => {
    inputs[at] = 3e38;
  });
  const executor = await openGraphOn('wasm', graph);
  const [given] = await executor.run([inputs], 1, 'values');
  expect([...given.subarray(0, 5)]).toEqual([NaN, NaN, NaN, NaN, 0]);
});

test('an input may be changed as soon as run has returned', async () => {
  const graph = planGraph({
    inputs: [{ name: 'x', shape: [8, 8, 8] }],
    outputs: ['y'],
    nodes: [conv('y', 'x', 8, 8, 1, 17)],
  });
  const executor = await openGraphOn('wasm', graph);
  const inputs = seededValues(512, 18);
  const [expected] = await executor.run([inputs.slice()], 1, 'values');
  const calls = [0, 1, 2].map(() => {
    const own = inputs.slice();
    const result = executor.run([own], 1, 'values');
    own.fill(7);
    return result;
  });
  for (const [given] of await Promise.all(calls)) expect(given).toEqual(expected);
});
