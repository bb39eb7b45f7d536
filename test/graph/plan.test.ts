import { describe, expect, it } from 'vitest';
import type { Graph, GraphNode } from '../../src/graph/graph.ts';
import { planGraph } from '../../src/graph/plan.ts';
import { constant } from '../operators/case.ts';
import { linearNode, node, vectorGraph } from './graphs.ts';

describe('planGraph', () => {
  it('finds the shape of every value', () => {
    const graph: Graph = {
      inputs: [{ name: 'x', shape: [3, 4, 4] }],
      outputs: ['y'],
      nodes: [node('flatten', 'f', ['x']), linearNode('l', 'f', 48, 5), node('softmax', 'y', ['l'])],
    };
    expect(Object.fromEntries(planGraph(graph).shapes)).toEqual({ x: [3, 4, 4], f: [48], l: [5], y: [5] });
  });

  it.each([
    [
      'a linear layer of another size',
      [linearNode('l', 'x', 5, 2)],
      /node 'l' \(linear\): takes 5 values, got 4/,
    ],
    [
      'operands that do not broadcast',
      [
        node('reshape', 'r', ['x'], { shape: [2, 2] }),
        node('flatten', 'f', ['x']),
        node('add', 'l', ['r', 'f']),
      ],
      /2×2 and 4 do not broadcast/,
    ],
    [
      'a constant of more axes than the value, which would meet the batch',
      [node('add', 'l', ['x'], {}, { operand: constant([2, 4], Array(8).fill(0)) })],
      /a constant cannot have more axes than the value/,
    ],
    [
      'neither a second value nor a constant',
      [node('add', 'l', ['x'])],
      /takes two values, or one and the constant/,
    ],
    [
      'a reshape to another number of elements',
      [node('reshape', 'l', ['x'], { shape: [3] })],
      /has 4 elements and cannot take shape \[3\]/,
    ],
    [
      'a reshape with two open extents',
      [node('reshape', 'l', ['x'], { shape: [-1, -1] })],
      /cannot take shape/,
    ],
    [
      'a slope for another number of channels',
      [node('prelu', 'l', ['x'], {}, { slope: constant([3], [1, 2, 3]) })],
      /'slope' has shape 3, expected one number for each of the 4 channels/,
    ],
    ['no constants', [node('batch-norm', 'l', ['x'])], /'scale' is missing/],
    [
      'an axis that does not exist',
      [node('softmax', 'l', ['x'], { axis: 1 })],
      /axis 1 does not exist in a value of 4/,
    ],
    ['too few inputs', [{ ...node('relu', 'l', []) }], /takes 1 inputs, got 0/],
  ])('refuses %s', (_what, nodes, message) => {
    const plan = (): unknown => planGraph(vectorGraph(4, ['l'], nodes));
    expect(plan).toThrow(message);
    expect(plan).toThrow(expect.objectContaining({ kind: 'corrupt', code: 'GRAPH_SHAPE' }));
  });

  it('lists every operator that it does not know, with nodes', () => {
    const nodes = [node('lstm', 'a', ['x']), node('lstm', 'b', ['a']), node('loop', 'l', ['b'])];
    expect(() => planGraph(vectorGraph(4, ['l'], nodes))).toThrow(
      'unsupported operators: lstm (a, b); loop (l)',
    );
  });

  it('bounds nodes and elements before anything is run', () => {
    const limits = { maxNodes: 3, maxElements: 100, maxTotalElements: 150, maxWork: 1000 };
    const chain = (count: number) =>
      Array.from({ length: count }, (_, k) => node('relu', `n${k}`, [k === 0 ? 'x' : `n${k - 1}`]));
    expect(() => planGraph(vectorGraph(4, ['n3'], chain(4)), limits)).toThrow(/4 nodes, expected at most 3/);
    expect(() => planGraph(vectorGraph(101, ['n0'], chain(1)), limits)).toThrow(
      /'x' of 101 has 101 elements/,
    );
    expect(() => planGraph(vectorGraph(100, ['n0'], chain(1)), limits)).toThrow(/200 with those before it/);
    expect(planGraph(vectorGraph(50, ['n1'], chain(2)), limits).nodes.length).toBe(2);
  });

  it('takes a graph that is as large as its limits, and none that is larger by one', () => {
    const nodes = [linearNode('a', 'x', 4, 6), node('relu', 'b', ['a']), linearNode('c', 'b', 6, 5)];
    const exact = { maxNodes: 3, maxElements: 6, maxTotalElements: 4 + 6 + 6 + 5, maxWork: 4 * 6 + 6 * 5 };
    const plan = (limits: typeof exact) => () => planGraph(vectorGraph(4, ['c'], nodes), limits);
    expect(plan(exact)().nodes.length).toBe(3);
    expect(plan({ ...exact, maxNodes: 2 })).toThrow('the graph has 3 nodes, expected at most 2');
    expect(plan({ ...exact, maxElements: 5 })).toThrow(
      "the graph has value 'a' of 6 has 6 elements, 10 with those before it; expected at most 5, 21 together",
    );
    expect(plan({ ...exact, maxTotalElements: 20 })).toThrow(
      "value 'c' of 5 has 5 elements, 21 with those before it; expected at most 6, 20 together",
    );
    expect(plan({ ...exact, maxWork: 53 })).toThrow(
      "node 'c' (linear), with which it takes 54 multiplications; expected at most 53",
    );
  });

  it('says how many values an operator takes and gives', () => {
    const plan = (one: GraphNode) => () => planGraph(vectorGraph(4, ['y'], [one]));
    expect(plan(node('add', 'y', ['x', 'x', 'x']))).toThrow("node 'y' (add): takes 1 to 2 inputs, got 3");
    expect(plan(node('relu', 'y', ['x', 'x']))).toThrow("node 'y' (relu): takes 1 inputs, got 2");
    expect(plan(node('concatenate', 'y', []))).toThrow(
      /node 'y' \(concatenate\): takes \d or more inputs, got 0/,
    );
    expect(plan({ ...node('relu', 'y', ['x']), outputs: ['y', 'z'] })).toThrow(
      expect.objectContaining({
        kind: 'corrupt',
        code: 'GRAPH_SHAPE',
        message: "node 'y' (relu): gives 1 values, 2 are named",
      }),
    );
  });

  it('of an operator that it does not know names three nodes, and that there are more', () => {
    const lstms = (count: number) =>
      Array.from({ length: count }, (_, k) => node('lstm', `n${k}`, [k === 0 ? 'x' : `n${k - 1}`]));
    const plan = (count: number) => () => planGraph(vectorGraph(4, ['n0'], lstms(count)));
    expect(plan(3)).toThrow(/^unsupported operators: lstm \(n0, n1, n2\)$/);
    expect(plan(4)).toThrow(/^unsupported operators: lstm \(n0, n1, n2, …\)$/);
    expect(plan(1)).toThrow(expect.objectContaining({ kind: 'unsupported', code: 'OPERATOR_UNKNOWN' }));
  });

  it.each<[string, GraphNode[]]>([
    [
      'a convolution',
      [node('conv2d', 'y', ['x'], {}, { weight: { shape: [1, 1, 4096, 4096], values: new Float32Array() } })],
    ],
    ['a pool', [node('average-pool', 'y', ['x'], { kernel: [4096, 4096] })]],
    [
      'a map that is made smaller smoothly',
      [
        node('resize', 'y', ['x'], {
          ...{ size: [2048, 2048], scales: [2 ** -9, 2 ** -9] },
          ...{ mode: 'cubic', antialias: true },
        }),
      ],
    ],
    ['matrices', [node('reshape', 'm', ['x'], { shape: [8192, 8192] }), node('matmul', 'y', ['m', 'm'])]],
  ])('bounds the work of %s, whose values are small', (_, nodes) => {
    const inputs = [{ name: 'x', shape: [1, 8192, 8192] }];
    const graph = { inputs, outputs: ['y'], nodes };
    expect(() => planGraph(graph)).toThrow(
      /^the graph has node 'y' \([a-z0-9-]+\), with which it takes \d{12,} multiplications; expected at most 274877906944$/,
    );
    expect(() => planGraph(graph)).toThrow(expect.objectContaining({ kind: 'limit', code: 'GRAPH_LIMIT' }));
  });

  it('a fan-out that doubles at every node ends at the limit, not in memory', () => {
    const nodes = Array.from({ length: 60 }, (_, k) =>
      node('concatenate', `n${k}`, Array(2).fill(k === 0 ? 'x' : `n${k - 1}`)),
    );
    expect(() => planGraph(vectorGraph(4, ['n59'], nodes))).toThrow(
      expect.objectContaining({ code: 'GRAPH_LIMIT' }),
    );
  });
});
