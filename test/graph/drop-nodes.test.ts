import { describe, expect, it } from 'vitest';
import { dropIdentities } from '../../src/graph/passes/drop-identities.ts';
import { dropUnused } from '../../src/graph/passes/drop-unused.ts';
import { linearNode, node, vectorGraph } from './graphs.ts';

const a = linearNode('a', 'x', 4, 3);

describe('dropIdentities', () => {
  it('drops one after another, and gives what takes them the value before', () => {
    const nodes = [
      a,
      node('identity', 'i', ['a']),
      node('identity', 'j', ['i']),
      node('add', 'y', ['i', 'j']),
    ];
    const graph = vectorGraph(4, ['y'], nodes);
    expect(dropIdentities(graph)).toEqual({ ...graph, nodes: [a, { ...nodes[3], inputs: ['a', 'a'] }] });
  });

  it('keeps one that gives an output', () => {
    const graph = vectorGraph(4, ['i'], [a, node('identity', 'i', ['a'])]);
    expect(dropIdentities(graph)).toEqual(graph);
  });
});

describe('dropUnused', () => {
  it('drops what no output needs, with what only that needs, and keeps the order', () => {
    const [relu, soft] = [node('relu', 'r', ['a']), node('softmax', 's', ['r'])];
    const [unused, after] = [node('relu', 'u', ['a']), node('relu', 'v', ['u'])];
    const graph = vectorGraph(4, ['s'], [a, unused, relu, after, soft]);
    expect(dropUnused(graph)).toEqual({ ...graph, nodes: [a, relu, soft] });
  });

  it('keeps a node one of whose outputs is needed', () => {
    const split = { ...node('split', 'p', ['a']), outputs: ['p', 'q'] };
    const graph = vectorGraph(4, ['q'], [a, split]);
    expect(dropUnused(graph).nodes).toEqual([a, split]);
  });
});
