import { describe, expect, it } from 'vitest';
import { type ImportOnnxOptions, importOnnx } from '../../../src/importers/onnx/index.ts';
import { floats, graphModel, type Message, node, value } from './graph-model.ts';

/** A model of x of 1 × 2 × 3 with a constant c. */
function imported(nodes: readonly Message[], outputs: readonly string[], options: ImportOnnxOptions = {}) {
  const graph = {
    node: nodes,
    input: [value('x', [1, 2, 3])],
    initializer: [floats('c', [3], [1, 2, 3])],
    output: outputs.map((name) => value(name)),
  };
  return importOnnx(graphModel(graph), options);
}
const turn = (from: string, to: string, ...order: number[]) =>
  node('Transpose', [from], [to], [{ name: 'perm', ints: order.map(BigInt) }]);

describe('outputs of a model', () => {
  it.each<[message: string, nodes: readonly Message[], outputs: readonly string[]]>([
    ["the model gives the output 'c', which is a constant", [], ['c']],
    ["the model gives the output 'k', which is a constant", [node('Neg', ['c'], ['k'])], ['k']],
    ["the output 'y' has the batch as axis 1, expected it as the first", [turn('x', 'y', 1, 0, 2)], ['y']],
  ])('are refused: %s', (message, nodes, outputs) => {
    expect(() => imported(nodes, outputs)).toThrow(
      expect.objectContaining({ code: 'ONNX_INVALID', kind: 'unsupported', message }),
    );
  });

  it.each<[nodes: readonly Message[], outputs: readonly string[], name: string]>([
    [[], ['y'], 'y'],
    [[node('Neg', ['x'], ['y'])], ['y', ''], ''],
    [[node('Neg', ['x'], ['y'])], ['y', 'z'], 'z'],
  ])('must be there: %j, %j', (nodes, outputs, name) => {
    expect(() => imported(nodes, outputs)).toThrow(
      expect.objectContaining({
        code: 'ONNX_INVALID',
        kind: 'corrupt',
        message: `the model has no output '${name}'`,
      }),
    );
  });

  it('have no batch where the model has none', () => {
    expect(imported([turn('x', 'y', 1, 0, 2)], ['y'], { hasBatch: false }).graph.outputs).toEqual(['y']);
  });

  it('are only as many as the operators give', () => {
    const split = [
      { name: 'axis', i: 2n },
      { name: 'num_outputs', i: 3n },
    ];
    expect(imported([node('Split', ['x'], ['', 'b', ''], split)], ['b']).outputNames).toEqual(['b']);
    expect(imported([node('Neg', ['x'], ['y', ''])], ['y']).outputNames).toEqual(['y']);
    // What nothing takes may be missing.
    expect(imported([node('Relu', ['x'], ['y', 'mask'])], ['y']).outputNames).toEqual(['y']);
    expect(() => imported([node('Relu', ['x'], ['y', 'mask'])], ['y', 'mask'])).toThrow(
      'unsupported forms: Relu that gives output 1 (y)',
    );
    expect(() => imported([node('Relu', ['x'], ['y', '', 'm'])], ['m'])).toThrow(
      'unsupported forms: Relu that gives output 2 (y)',
    );
    // Of constants too.
    const mask = [node('Dropout', ['c'], ['d', 'mask']), node('Where', ['mask', 'd', 'd'], ['k'])];
    expect(() => imported([...mask, node('Add', ['x', 'k'], ['y'])], ['y'])).toThrow(
      'unsupported forms: Dropout that gives output 1 (d)',
    );
  });
});

describe('names of nodes and values', () => {
  it('may be one for a node and a value of another', () => {
    const nodes = [
      { opType: 'Neg', name: 'b', input: ['x'], output: ['a'] },
      { opType: 'Relu', name: 'a', input: ['a'], output: ['b'] },
      { opType: 'Exp', name: 'x', input: ['b'], output: ['y'] },
    ];
    const { graph } = imported(nodes, ['y']);
    const names = graph.nodes.map(({ name }) => name);
    expect(new Set([...names, 'x']).size).toBe(4);
    expect(names.at(-1)).toBe('y');
    expect(graph.nodes.map(({ operator }) => operator)).toEqual(['negate', 'relu', 'exp']);
  });

  it('may be missing, or one for several nodes', () => {
    const nodes = [
      { opType: 'Relu', input: ['a'], output: ['b'] },
      { opType: 'Neg', input: ['x'], output: ['a'] },
      { opType: 'Exp', name: 'n', input: ['b'], output: ['d'] },
      { opType: 'Abs', name: 'n', input: ['d'], output: ['y'] },
    ];
    const { graph } = imported(nodes, ['y']);
    expect(graph.nodes.map(({ name, operator }) => [name, operator])).toEqual([
      ['a', 'negate'],
      ['b', 'relu'],
      ['n', 'exp'],
      ['y', 'abs'],
    ]);
  });

  it('are those of the model where it does not fit together', () => {
    const add = (name: string, ...input: string[]) => ({
      opType: 'Add',
      name,
      input,
      output: [`${name}_out`],
    });
    expect(() => imported([add('sum', 'x', 'w')], ['sum_out'])).toThrow(
      "node 'sum' takes 'w', which no node or input gives",
    );
    expect(() => imported([{ ...add('', 'x', 'w'), output: ['', 'v'] }], ['v'])).toThrow(
      "node 'v' takes 'w', which no node or input gives",
    );
    expect(() => imported([add('a', 'x', 'b_out'), add('b', 'a_out', 'c')], ['b_out'])).toThrow(
      "nodes 'a', 'b' wait for each other's values: the graph has a cycle",
    );
    expect(() => imported([add('a', 'x', 'c'), add('a', 'x', 'c')], ['a_out'])).toThrow(
      "two nodes or inputs give the value 'a_out'",
    );
  });

  it('are those of outputs for the nodes that give them, whatever others are called', () => {
    const nodes = [
      { opType: 'Split', name: 's', input: ['x'], output: ['p', 'q'], attribute: [{ name: 'axis', i: 1n }] },
      { opType: 'Neg', name: 'q', input: ['p'], output: ['n'] },
    ];
    const { graph, outputNames } = imported(nodes, ['n', 'q']);
    expect(outputNames).toEqual(['n', 'q']);
    expect(graph.outputs).toEqual(['n', 'q']);
    expect(graph.nodes.map(({ operator, outputs }) => [operator, ...outputs])).toEqual([
      ['slice', expect.not.stringMatching(/^[nq]$/)],
      ['slice', 'q'],
      ['negate', 'n'],
    ]);
    expect(graph.nodes[2].inputs).toEqual(graph.nodes[0].outputs);
  });
});
