import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sortNodes } from '../../src/graph/sort.ts';
import { node, vectorGraph } from './graphs.ts';

describe('sortNodes', () => {
  it('puts nodes behind those whose values they take, and keeps the order otherwise', () => {
    const nodes = [
      node('relu', 'c', ['b']),
      node('relu', 'a', ['x']),
      node('relu', 'b', ['a']),
      node('relu', 'd', ['x']),
    ];
    expect(sortNodes(vectorGraph(1, ['c', 'd'], nodes)).map(({ name }) => name)).toEqual([
      'a',
      'd',
      'b',
      'c',
    ]);
  });

  it('orders any acyclic graph, whatever the order it comes in', () => {
    const graphs = fc.integer({ min: 1, max: 30 }).chain((size) =>
      fc.record({
        sources: fc.array(fc.nat(), { minLength: size, maxLength: size }),
        order: fc.shuffledSubarray([...Array(size).keys()], { minLength: size, maxLength: size }),
      }),
    );
    fc.assert(
      fc.property(graphs, ({ sources, order }) => {
        // Node k takes the value of an earlier node or the input.
        const nodes = sources.map((source, k) =>
          node('relu', `n${k}`, [source % (k + 1) === k ? 'x' : `n${source % (k + 1)}`]),
        );
        const sorted = sortNodes(
          vectorGraph(
            1,
            [`n${nodes.length - 1}`],
            order.map((at) => nodes[at]),
          ),
        );
        const known = new Set(['x']);
        for (const { inputs, outputs } of sorted) {
          expect(inputs.every((value) => known.has(value))).toBe(true);
          known.add(outputs[0]);
        }
        expect(sorted.length).toBe(nodes.length);
      }),
    );
  });

  it.each([
    ['GRAPH_CYCLE', [node('relu', 'a', ['b']), node('relu', 'b', ['a'])], /'a', 'b' wait for each other/],
    ['GRAPH_CYCLE', [node('add', 'a', ['x', 'a'])], /'a' wait/],
    [
      'GRAPH_MISSING_VALUE',
      [node('relu', 'a', ['gone'])],
      /node 'a' takes 'gone', which no node or input gives/,
    ],
    ['GRAPH_DUPLICATE_VALUE', [node('relu', 'a', ['x']), node('relu', 'a', ['x'])], /value 'a'/],
    ['GRAPH_DUPLICATE_VALUE', [node('relu', 'x', ['x'])], /value 'x'/],
  ])('%s', (code, nodes, message) => {
    const sort = (): unknown => sortNodes(vectorGraph(1, ['a'], nodes));
    expect(sort).toThrow(message);
    expect(sort).toThrow(expect.objectContaining({ kind: 'corrupt', code }));
  });

  it('of a cycle names five nodes, and that there are more; those before and beside it are no part of it', () => {
    const ring = (count: number) => [
      node('relu', 'before', ['x']),
      ...Array.from({ length: count }, (_, k) => node('relu', `r${k}`, [`r${(k + 1) % count}`])),
    ];
    const sort = (count: number) => () => sortNodes(vectorGraph(1, ['before'], ring(count)));
    expect(sort(5)).toThrow(
      /^nodes 'r0', 'r1', 'r2', 'r3', 'r4' wait for each other's values: the graph has a cycle$/,
    );
    expect(sort(6)).toThrow(/^nodes 'r0', 'r1', 'r2', 'r3', 'r4', … wait for/);
  });

  it('a node that takes a value twice waits for it once', () => {
    const nodes = [node('add', 'y', ['a', 'a']), node('relu', 'a', ['x'])];
    expect(sortNodes(vectorGraph(1, ['y'], nodes)).map(({ name }) => name)).toEqual(['a', 'y']);
  });

  it('an output that nothing gives is refused', () => {
    expect(() => sortNodes(vectorGraph(1, ['y'], []))).toThrow(/the list of outputs takes 'y'/);
  });
});
