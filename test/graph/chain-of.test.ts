import { describe, expect, it } from 'vitest';
import type { Graph, GraphNode } from '../../src/graph/graph.ts';
import { chainOf } from '../../src/graph/passes/chain-of.ts';
import type { DenseNode } from '../../src/weights/network.ts';
import { constant } from '../operators/case.ts';
import { linearNode, node, vectorGraph } from './graphs.ts';

/** What compress, train and export ask of a graph: the types of its layers, if it is a chain. */
const typesOf = (outputs: readonly string[], nodes: readonly GraphNode[], shape = [4]) =>
  chainOf({ inputs: [{ name: 'x', shape }], outputs, nodes })?.layers.map(({ type }) => type);
const [a, b] = [linearNode('a', 'x', 4, 3, 1), linearNode('b', 'r', 3, 2, 2)];
const relu = node('relu', 'r', ['a']);

describe('a chain', () => {
  it('of linear layers, ReLU between them and softmax at the end, with their weights', () => {
    const graph = vectorGraph(4, ['y'], [a, relu, b, node('softmax', 'y', ['b'])]);
    const { kind: _, relu: __, ...first } = a.linear as DenseNode;
    expect(chainOf(graph)).toEqual({
      layers: [
        { type: 'linear', ...first },
        { type: 'relu' },
        expect.objectContaining({ type: 'linear', name: 'b', outFeatures: 2 }),
        { type: 'softmax' },
      ],
    });
  });

  it('of one layer, of two without ReLU, with a ReLU at the end', () => {
    expect(typesOf(['a'], [a])).toEqual(['linear']);
    expect(typesOf(['b'], [a, linearNode('b', 'a', 3, 2)])).toEqual(['linear', 'linear']);
    expect(typesOf(['r'], [a, relu])).toEqual(['linear', 'relu']);
  });

  it('whatever reshapes its input and what lies between its layers, or does nothing', () => {
    const flat = node('flatten', 'f', ['x']);
    expect(typesOf(['a'], [flat, linearNode('a', 'f', 4, 3)], [1, 2, 2])).toEqual(['linear']);
    const reshaped = node('reshape', 's', ['x'], { shape: [4] });
    const dropped = node('identity', 'd', ['a']);
    expect(
      typesOf(['b'], [reshaped, linearNode('a', 's', 4, 3), dropped, linearNode('b', 'd', 3, 2)], [2, 2]),
    ).toEqual(['linear', 'linear']);
  });

  it('with batch norms folded into it', () => {
    const constants = { scale: constant([3], [2, 2, 2]), offset: constant([3], [1, 1, 1]) };
    const [layer, ...others] =
      chainOf(vectorGraph(4, ['n'], [a, node('batch-norm', 'n', ['a'], {}, constants)]))?.layers ?? [];
    expect(others).toEqual([]);
    const { weights } = a.linear as DenseNode;
    expect(layer).toMatchObject({ type: 'linear', weights: weights.map((weight) => 2 * weight) });
  });
});

describe('no chain', () => {
  const soft = node('softmax', 's', ['a']);
  it.each([
    ['without a linear layer', ['r'], [node('relu', 'r', ['x'])]],
    ['of a softmax alone', ['s'], [node('softmax', 's', ['x'])]],
    ['that only reshapes', ['f'], [node('reshape', 'f', ['x'], { shape: [2, 2] })]],
    ['of two outputs', ['b', 'a'], [a, linearNode('b', 'a', 3, 2)]],
    ['that begins twice', ['c'], [a, linearNode('c', 'x', 4, 3)]],
    ['whose output is not its end', ['a'], [a, linearNode('b', 'a', 3, 2)]],
    ['with a ReLU before the first layer', ['a'], [node('relu', 'q', ['x']), linearNode('a', 'q', 4, 3)]],
    ['with two ReLUs in a row', ['q'], [a, relu, node('relu', 'q', ['r'])]],
    ['with a softmax in the middle', ['b'], [a, soft, linearNode('b', 's', 3, 2)]],
    ['with two softmaxes', ['t'], [a, soft, node('softmax', 't', ['s'])]],
    ['with another function', ['t'], [a, node('tanh', 't', ['a'])]],
    ['with a sum of two values', ['t'], [a, node('add', 't', ['a', 'a'])]],
    ['with two branches', ['t'], [a, linearNode('c', 'x', 4, 3), node('add', 't', ['a', 'c'])]],
  ])('%s', (_what, outputs, nodes) => {
    expect(typesOf(outputs, nodes)).toBeUndefined();
  });

  it('of two inputs, or with an output that is no vector', () => {
    const inputs = ['x', 'z'].map((name) => ({ name, shape: [4] }));
    const graph: Graph = { inputs, outputs: ['a'], nodes: [a] };
    expect(chainOf(graph)).toBeUndefined();
    const lines = node('reshape', 'l', ['a'], { shape: [3, 1] });
    expect(typesOf(['l'], [a, lines])).toBeUndefined();
  });
});
