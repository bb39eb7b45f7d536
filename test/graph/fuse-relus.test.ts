import { describe, expect, it } from 'vitest';
import type { Graph, GraphNode } from '../../src/graph/graph.ts';
import { fuseRelus } from '../../src/graph/passes/fuse-relus.ts';
import { constant } from '../operators/case.ts';
import { linearNode, node } from './graphs.ts';

const weight = constant([1, 1, 1, 1], [2]);
const conv = node('conv2d', 'c', ['x'], {}, { weight });
const relu = node('relu', 'r', ['c']);
const graph = (
  outputs: readonly string[],
  nodes: readonly GraphNode[],
  more: Partial<Graph> = {},
): Graph => ({
  inputs: [{ name: 'x', shape: [1, 2, 2] }],
  outputs,
  nodes,
  ...more,
});

describe('fuseRelus', () => {
  it('makes a ReLU part of the convolution before it', () => {
    const [after] = [node('max-pool', 'p', ['r'], { kernel: [2, 2] })];
    const given = graph(['p'], [conv, relu, after]);
    expect(fuseRelus(given)).toEqual({
      ...given,
      nodes: [{ ...conv, outputs: ['r'], attributes: { ...conv.attributes, relu: true } }, after],
    });
    const transformed = { ...conv, operator: 'transformed-conv2d' };
    expect(fuseRelus(graph(['r'], [transformed, relu])).nodes).toHaveLength(1);
  });

  it.each([
    ['something else takes the value between them', ['r', 'c'], [conv, relu], {}],
    ['no ReLU follows', ['s'], [conv, node('sigmoid', 's', ['c'])], {}],
    ['nothing follows', ['c'], [conv], {}],
    ['it follows a linear node', ['r'], [linearNode('c', 'x', 4, 3), relu], {}],
    ['values may enter between them', ['r'], [conv, relu], { entry: 'c' }],
  ])('changes nothing where %s', (_what, outputs, nodes, more) => {
    const given = graph(outputs, nodes, more);
    expect(fuseRelus(given)).toEqual(given);
  });
});
