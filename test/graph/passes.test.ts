import { describe, expect, it } from 'vitest';
import type { Graph } from '../../src/graph/graph.ts';
import { dropFinalSoftmax } from '../../src/graph/passes/final-softmax.ts';
import { foldAffine } from '../../src/graph/passes/fold-affine.ts';
import { linearChains } from '../../src/graph/passes/linear-chains.ts';
import { planGraph } from '../../src/graph/plan.ts';
import type { LinearNode } from '../../src/weights/network.ts';
import { constant, seededValues } from '../operators/case.ts';
import { linearNode, node, vectorGraph } from './graphs.ts';

describe('linearChains', () => {
  it('gathers linear nodes and the ReLU after them', () => {
    const nodes = [
      linearNode('a', 'x', 4, 3),
      node('relu', 'r', ['a']),
      linearNode('b', 'r', 3, 2),
      node('softmax', 'y', ['b']),
    ];
    const [chain, rest, ...others] = linearChains(planGraph(vectorGraph(4, ['y'], nodes)));
    expect(chain).toMatchObject({
      kind: 'chain',
      input: 'x',
      output: 'b',
      network: {
        nodes: [
          { name: 'a', relu: true },
          { name: 'b', relu: false },
        ],
      },
    });
    expect(rest).toMatchObject({ kind: 'node', node: { name: 'y' } });
    expect(others).toEqual([]);
  });

  it('ends a chain where something else takes a value of it', () => {
    const nodes = [
      linearNode('a', 'x', 4, 4),
      node('relu', 'r', ['a']),
      linearNode('b', 'r', 4, 4),
      node('add', 'y', ['b', 'r']),
    ];
    const kinds = linearChains(planGraph(vectorGraph(4, ['y'], nodes))).map((step) =>
      step.kind === 'chain'
        ? step.network.nodes.map(({ name, relu }) => name + (relu ? '+relu' : ''))
        : step.node.name,
    );
    expect(kinds).toEqual([['a+relu'], ['b'], 'y']);
  });

  it('ends a chain at an output of the graph', () => {
    const nodes = [linearNode('a', 'x', 4, 4), linearNode('b', 'a', 4, 4)];
    expect(linearChains(planGraph(vectorGraph(4, ['a', 'b'], nodes))).length).toBe(2);
  });
});

describe('linearChains, which tell what may come as coefficients', () => {
  it('takes an input of the graph, or what a node gives', () => {
    const nodes = [linearNode('a', 'x', 4, 4), node('sigmoid', 's', ['a']), linearNode('b', 's', 4, 2)];
    const inputs = ['w', 'x'].map((name) => ({ name, shape: [4] }));
    const steps = linearChains(planGraph({ inputs, outputs: ['b'], nodes }));
    expect(steps).toMatchObject([
      { kind: 'chain', input: 'x', takesInput: true },
      { kind: 'node' },
      { kind: 'chain', input: 's', takesInput: false },
    ]);
  });
});

describe('foldAffine', () => {
  const norm = node(
    'batch-norm',
    'n',
    ['a'],
    {},
    { scale: constant([3], [2, -1, 0.5]), offset: constant([3], [1, 2, 3]) },
  );

  it('goes into the rows of dense weights', () => {
    const a = linearNode('a', 'x', 4, 3);
    const folded = foldAffine(vectorGraph(4, ['n'], [a, norm]));
    expect(folded.nodes.length).toBe(1);
    const [{ linear: node, outputs }] = folded.nodes;
    expect(outputs).toEqual(['n']);
    const weights = seededValues(12, 1);
    const bias = seededValues(3, 101);
    const row = (k: number, factor: number) =>
      [...weights.subarray(4 * k, 4 * k + 4)].map((w) => Math.fround(w * factor));
    expect(node).toMatchObject({ bias: Float32Array.of(2 * bias[0] + 1, -bias[1] + 2, 0.5 * bias[2] + 3) });
    expect([...(node as { weights: Float32Array }).weights]).toEqual([
      ...row(0, 2),
      ...row(1, -1),
      ...row(2, 0.5),
    ]);
  });

  it.each([
    ['without bias', {}, [1, 2, 3]],
    ['with bias', { bias: constant([3], [4, 4, 4]) }, [9, -2, 5]],
  ])('goes into the output channels of a convolution %s', (_what, bias, expected) => {
    const weight = constant([3, 2, 1, 1], [1, 2, 3, 4, 5, 6]);
    const conv = node('conv2d', 'a', ['x'], {}, { weight, ...bias });
    const graph: Graph = { inputs: [{ name: 'x', shape: [2, 4, 4] }], outputs: ['n'], nodes: [conv, norm] };
    const [folded, ...others] = foldAffine(graph).nodes;
    expect(others).toEqual([]);
    expect(folded).toMatchObject({ operator: 'conv2d', inputs: ['x'], outputs: ['n'] });
    expect([...folded.constants.weight.values]).toEqual([2, 4, -3, -4, 2.5, 3]);
    expect([...folded.constants.bias.values]).toEqual(expected);
  });

  const operand = (...values: number[]) => ({ operand: constant([values.length], values) });
  it.each([
    ['add', false, [1, 1, 1], [4, 5, 6]],
    ['subtract', false, [1, 1, 1], [-4, -5, -6]],
    ['subtract', true, [-1, -1, -1], [4, 5, 6]],
    ['multiply', false, [4, 5, 6], [0, 0, 0]],
    ['divide', false, [1 / 4, 1 / 5, 1 / 6], [0, 0, 0]],
  ])('takes in %s with a constant (first: %s)', (operator, constantFirst, scale, offset) => {
    const after = node(operator, 'n', ['a'], { constantFirst }, operand(4, 5, 6));
    const a = linearNode('a', 'x', 4, 3);
    const [folded, ...others] = foldAffine(vectorGraph(4, ['n'], [a, after])).nodes;
    expect(others).toEqual([]);
    const before = a.linear as { weights: Float32Array; bias: Float32Array };
    const { weights, bias } = folded.linear as typeof before;
    weights.forEach((weight, at) => {
      expect(weight).toBeCloseTo(before.weights[at] * scale[Math.floor(at / 4)], 6);
    });
    bias.forEach((value, row) => {
      expect(value).toBeCloseTo(before.bias[row] * scale[row] + offset[row], 6);
    });
  });

  it('takes in a bias after a convolution and the batch norm after that', () => {
    const conv = node('conv2d', 'a', ['x'], {}, { weight: constant([3, 1, 1, 1], [1, 2, 3]) });
    const bias = node('add', 'b', ['a'], {}, { operand: constant([3, 1, 1], [1, 1, 2]) });
    const trained = { mean: Float32Array.of(1, 2, 3), deviation: Float32Array.of(1, 1, 1) };
    const last = { ...node('batch-norm', 'n', ['b'], {}, norm.constants), trained };
    const graph = { inputs: [{ name: 'x', shape: [1, 2, 2] }], outputs: ['n'], nodes: [conv, bias, last] };
    const [folded, ...others] = foldAffine(graph).nodes;
    expect(others).toEqual([]);
    expect([...folded.constants.weight.values]).toEqual([2, -2, 1.5]);
    expect([...folded.constants.bias.values]).toEqual([3, 1, 4]);
    expect(folded.trained).toBe(trained);
  });

  it.each([
    ['a number for each pixel', node('add', 'n', ['a'], {}, { operand: constant([2], [1, 2]) })],
    ['a number for each column', node('add', 'n', ['a'], {}, { operand: constant([1, 1, 2], [1, 2]) })],
    ['a divisor', node('divide', 'n', ['a'], { constantFirst: true }, { operand: constant([1], [2]) })],
    ['another value', node('add', 'n', ['a', 'a'])],
  ])('leaves arithmetic with %s', (_what, after) => {
    const conv = node('conv2d', 'a', ['x'], {}, { weight: constant([3, 1, 1, 1], [1, 2, 3]) });
    const graph = { inputs: [{ name: 'x', shape: [1, 2, 2] }], outputs: ['n'], nodes: [conv, after] };
    expect(foldAffine(graph).nodes).toEqual([conv, after]);
  });

  // Of as many rows and columns as channels, so that only the axis tells them apart.
  it.each([
    [[3], false],
    [[1, 3], false],
    [[3, 1], false],
    [[1, 1, 3], false],
    [[1, 3, 1], false],
    [[3, 1, 3], false],
    [[1, 3, 1, 1], false],
    [[1, 1, 1, 1], false],
    [[3, 1, 1], true],
    [[1, 1, 1], true],
    [[1], true],
  ])(
    'takes a sum with a constant of the shape %j into a convolution of three channels: %s',
    (shape, taken) => {
      const weight = constant([3, 1, 1, 1], [1, 2, 3]);
      const conv = node('conv2d', 'a', ['x'], {}, { weight });
      const values = seededValues(
        shape.reduce((a, b) => a * b, 1),
        1,
      );
      const after = node('add', 'n', ['a'], {}, { operand: constant(shape, [...values]) });
      const graph = { inputs: [{ name: 'x', shape: [1, 3, 3] }], outputs: ['n'], nodes: [conv, after] };
      expect(foldAffine(graph).nodes).toHaveLength(taken ? 1 : 2);
    },
  );

  it('goes into the scales and offsets of weights that are coefficients, one number or one per row', () => {
    const { linear, ...rest } = linearNode('a', 'x', 4, 3);
    const foldInto = (scale: number[], offset: number[] | null): unknown => {
      const affine = { scale: Float32Array.from(scale), offset: offset && Float32Array.from(offset) };
      // The coefficients themselves stay as they are.
      const rows = { ...linear, kind: 'rows', bias: null, ...affine } as unknown as LinearNode;
      return foldAffine(vectorGraph(4, ['n'], [{ ...rest, linear: rows }, norm])).nodes[0].linear;
    };
    expect(foldInto([4], null)).toMatchObject({
      ...{ bias: Float32Array.of(1, 2, 3), scale: Float32Array.of(8, -4, 2), offset: null },
    });
    expect(foldInto([4, 5, 6], [1, 2, 8])).toMatchObject({
      ...{ scale: Float32Array.of(8, -5, 3), offset: Float32Array.of(2, -2, 4) },
    });
  });

  it('stays where something else takes the value before it', () => {
    const graph = vectorGraph(4, ['a', 'n'], [linearNode('a', 'x', 4, 3), norm]);
    expect(foldAffine(graph).nodes.map(({ name }) => name)).toEqual(['a', 'n']);
  });
});

describe('dropFinalSoftmax', () => {
  const rank = (): number => 1;
  const soft = node('softmax', 'y', ['a']);

  it('lets the first output be logits', () => {
    const graph = vectorGraph(4, ['y', 'a'], [linearNode('a', 'x', 4, 3), soft]);
    expect(dropFinalSoftmax(graph, rank)).toMatchObject({ outputs: ['a', 'a'], nodes: [{ name: 'a' }] });
  });

  it.each([
    ['something else takes it', ['y', 'z'], [linearNode('a', 'x', 4, 3), soft, node('relu', 'z', ['y'])]],
    ['it is an output twice', ['y', 'y'], [linearNode('a', 'x', 4, 3), soft]],
    ['it is no softmax', ['a'], [linearNode('a', 'x', 4, 3)]],
    ['it is an input', ['x'], [linearNode('a', 'x', 4, 3)]],
  ])('changes nothing where %s', (_what, outputs, nodes) => {
    const graph = vectorGraph(4, outputs, nodes);
    expect(dropFinalSoftmax(graph, rank)).toBe(graph);
  });

  it('changes nothing where the softmax is of lines', () => {
    const graph = vectorGraph(4, ['y'], [linearNode('a', 'x', 4, 3), soft]);
    expect(dropFinalSoftmax(graph, () => 2)).toBe(graph);
  });
});
