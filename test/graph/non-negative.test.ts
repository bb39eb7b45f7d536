import { expect, test } from 'vitest';
import type { GraphNode } from '../../src/graph/graph.ts';
import { dropUnused } from '../../src/graph/passes/drop-unused.ts';
import { markNonNegative } from '../../src/graph/passes/non-negative.ts';
import { planGraph } from '../../src/graph/plan.ts';
import { movesFor } from '../differential/moves.ts';
import { drawGraph } from '../differential/networks.ts';
import { constant, seededValues } from '../operators/case.ts';
import { openGraphOn } from './backends.ts';
import { node } from './graphs.ts';

const SHAPE = [4, 4, 4];
const convolution = (input: string): GraphNode =>
  node('conv2d', 'y', [input], {}, { weight: constant([4, 4, 1, 1], [...seededValues(16, 1)]) });

const isMarked = (nodes: GraphNode[], entry?: string): boolean => {
  const graph = { inputs: [{ name: 'x', shape: SHAPE }], outputs: ['y'], nodes, ...(entry && { entry }) };
  const last = markNonNegative(planGraph(graph)).nodes.find(({ name }) => name === 'y');
  return (last as GraphNode & { attributes: { isNonNegative?: boolean } }).attributes.isNonNegative === true;
};

const relu = node('relu', 'r', ['x']);
const signed = { operand: constant([4, 1, 1], [0.5, -0.5, 0.5, 0.5]) };
const bias = (...values: number[]) => ({ operand: constant([1], values) });

test.for<[what: string, between: GraphNode[], known: boolean]>([
  ['an input of the network', [node('identity', 'v', ['x'])], false],
  ['a ReLU', [relu, node('identity', 'v', ['r'])], true],
  ['ReLU6', [node('clip', 'v', ['x'], { min: 0, max: 6 })], true],
  ['a clip that begins below zero', [node('clip', 'v', ['x'], { min: -1, max: 6 })], false],
  ['a sigmoid', [node('sigmoid', 'v', ['x'])], true],
  ['a leaky ReLU', [node('leaky-relu', 'v', ['x'])], false],
  ['the sum of two', [relu, node('sigmoid', 's', ['x']), node('add', 'v', ['r', 's'])], true],
  ['the sum with what may be negative', [relu, node('add', 'v', ['r', 'x'])], false],
  ['the sum with a constant', [relu, node('add', 'v', ['r'], {}, bias(0.5))], true],
  ['the sum with zero', [relu, node('add', 'v', ['r'], {}, bias(0))], true],
  ['the sum with a negative constant', [relu, node('add', 'v', ['r'], {}, bias(-0.5))], false],
  ['the sum with constants of both signs', [relu, node('add', 'v', ['r'], {}, signed)], false],
  ['zeros around', [relu, node('pad', 'v', ['r'], { pads: [0, 0, 0, 0, 0, 0], value: 0 })], true],
  ['numbers around', [relu, node('pad', 'v', ['r'], { pads: [0, 0, 0, 0, 0, 0], value: 1 })], true],
  [
    'negative numbers around',
    [relu, node('pad', 'v', ['r'], { pads: [0, 0, 0, 0, 0, 0], value: -1 })],
    false,
  ],
  ['what is padded and negative', [node('pad', 'v', ['x'], { pads: [0, 0, 0, 0, 0, 0], value: 0 })], false],
  ['a difference', [relu, node('sigmoid', 's', ['x']), node('subtract', 'v', ['r', 's'])], false],
  ['a maximum over a window', [relu, node('max-pool', 'v', ['r'], { kernel: [1, 1] })], true],
])('%s', ([, between, known]) => {
  expect(isMarked([...between, convolution('v')])).toBe(known);
});

test('whether a convolution takes an input of the network is told, and nothing of other nodes', () => {
  const nodes = [
    relu,
    node('conv2d', 'a', ['r'], {}, { weight: constant([4, 4, 1, 1], [...seededValues(16, 1)]) }),
    { ...convolution('z'), name: 'y' },
  ];
  const inputs = [
    { name: 'x', shape: SHAPE },
    { name: 'z', shape: SHAPE },
  ];
  const planned = planGraph({ inputs, outputs: ['a', 'y'], nodes });
  const given = markNonNegative(planned).nodes.map(({ name, attributes }) => [
    name,
    'isGiven' in attributes && attributes.isGiven,
  ]);
  expect(Object.fromEntries(given)).toEqual({ r: false, a: false, y: true });
  expect(markNonNegative(planned).nodes[0]).toEqual(planned.nodes[0]);
});

test('what may be given in place of a value is not known', () => {
  expect(isMarked([relu, convolution('r')], 'r')).toBe(false);
});

test('drawn networks: no convolution that is marked is given a negative element', async () => {
  let marked = 0;
  for (let seed = 1; seed <= 300; seed++) {
    const graph = planGraph(drawGraph({ seed, steps: 14 }, [3, 8, 8], movesFor));
    const inputs = markNonNegative(graph).nodes.flatMap(({ attributes, inputs: [input] }) =>
      (attributes as { isNonNegative?: boolean }).isNonNegative ? [input] : [],
    );
    if (inputs.length === 0) continue;
    const before = planGraph(dropUnused({ ...graph, outputs: [...new Set(inputs)] }));
    const executor = await openGraphOn('reference', before);
    const values = await executor.run([seededValues(2 * 3 * 8 * 8, seed)], 2, 'values');
    executor.dispose();
    for (const value of values) expect(Math.min(...value), `seed ${seed}`).toBeGreaterThanOrEqual(0);
    marked += inputs.length;
  }
  expect(marked).toBeGreaterThan(20);
});
