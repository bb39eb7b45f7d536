import { describe, expect, it } from 'vitest';
import { importOnnx } from '../../../src/importers/onnx/index.ts';
import { graphModel, type Message, node, value } from './graph-model.ts';

const turn = (from: string, to: string, ...order: number[]) =>
  node('Transpose', [from], [to], [{ name: 'perm', ints: [0, ...order].map(BigInt) }]);
const shape = (name: string, ...dims: number[]) => ({
  name,
  dims: [BigInt(dims.length)],
  dataType: 7,
  int64Data: dims.map(BigInt),
});

/** Inputs, operators and notes of a model that is imported so. */
function turned(nodes: readonly Message[], input: readonly Message[], output: readonly string[] = ['y']) {
  const constants = [shape('grey', 1, 1, 5, 7), shape('rows', 1, 5, 1, 7)];
  const model = graphModel({
    node: nodes,
    input,
    output: output.map((name) => value(name)),
    initializer: constants,
  });
  const { graph, notes } = importOnnx(model, { channelsFirst: true });
  return {
    inputs: graph.inputs.map((each) => [each.name, ...each.shape]),
    operators: graph.nodes.map(({ operator, inputs }) => [operator, ...inputs]),
    notes,
  };
}

describe('pictures that a model turns round', () => {
  it.each([1, 3, 4])('of %d channels enter as channels × height × width', (channels) => {
    const nodes = [turn('x', 't', 3, 1, 2), node('Relu', ['t'], ['y'])];
    const { inputs, operators, notes } = turned(nodes, [value('x', [1, 5, 7, channels])]);
    expect(inputs).toEqual([['x', channels, 5, 7]]);
    expect(operators).toEqual([['relu', 'x']]);
    expect(notes).toEqual([
      `the input 'x' takes channels first, ${channels}×5×7; the ONNX model takes 5×7×${channels}`,
    ]);
  });

  it('of one channel, which a Reshape turns', () => {
    const nodes = [node('Reshape', ['x', 'grey'], ['t']), node('Relu', ['t'], ['y'])];
    const { inputs, operators } = turned(nodes, [value('x', [1, 5, 7, 1])]);
    expect(inputs).toEqual([['x', 1, 5, 7]]);
    expect(operators).toEqual([['relu', 'x']]);
  });

  it('beside inputs that are none', () => {
    const nodes = [
      turn('x', 't', 3, 1, 2),
      node('Flatten', ['t'], ['f']),
      node('Concat', ['f', 'z'], ['y'], [{ name: 'axis', i: 1n }]),
    ];
    const { inputs, notes } = turned(nodes, [value('z', [1, 2]), value('x', [1, 5, 7, 3])]);
    expect(inputs).toEqual([
      ['z', 2],
      ['x', 3, 5, 7],
    ]);
    expect(notes).toHaveLength(1);
  });
});

describe('inputs stay as they are', () => {
  const relu = node('Relu', ['t'], ['y']);
  it.each<[what: string, nodes: readonly Message[], dims: readonly number[], outputs?: readonly string[]]>([
    ['of more channels than pictures have', [turn('x', 't', 3, 1, 2), relu], [1, 5, 7, 5]],
    ['turned another way', [turn('x', 't', 3, 2, 1), relu], [1, 5, 7, 3]],
    ['of four axes', [turn('x', 't', 3, 1, 2, 4), relu], [1, 5, 7, 3, 1]],
    ['of four axes, reshaped', [node('Reshape', ['x', 'grey'], ['t']), relu], [1, 5, 7, 1, 1]],
    ['reshaped otherwise', [node('Reshape', ['x', 'rows'], ['t']), relu], [1, 5, 7, 1]],
    ['that are not turned', [node('Neg', ['x'], ['t']), relu], [1, 5, 7, 3]],
    ['that are given turned', [turn('x', 't', 3, 1, 2), relu], [1, 5, 7, 3], ['t', 'y']],
  ])('%s', (_, nodes, dims, outputs) => {
    const { inputs, operators, notes } = turned(nodes, [value('x', dims)], outputs);
    expect(inputs).toEqual([['x', ...dims.slice(1)]]);
    expect(operators).toHaveLength(2);
    expect(notes).toEqual([]);
  });
});
