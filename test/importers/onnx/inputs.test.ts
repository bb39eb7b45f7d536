import { describe, expect, it } from 'vitest';
import { type ImportOnnxOptions, importOnnx } from '../../../src/importers/onnx/index.ts';
import { floats, graphModel, type Message, node, value } from './graph-model.ts';

const [FLOAT, UINT8, FLOAT16, DOUBLE] = [1, 2, 10, 11];

/** A model of these inputs that gives each, doubled or moved. */
function imported(input: readonly Message[], options: ImportOnnxOptions = {}, more: Message = {}) {
  const names = input.map(({ name }) => name as string);
  const nodes = names.map((name) => node('Identity', [name], [`${name}_out`]));
  const output = names.map((name) => value(`${name}_out`));
  return importOnnx(graphModel({ node: nodes, input, output, ...more }), options);
}
const shapes = (...given: Parameters<typeof imported>) =>
  Object.fromEntries(imported(...given).graph.inputs.map(({ name, shape }) => [name, shape]));

describe('the sizes of inputs', () => {
  it('are those of the model, without the batch', () => {
    expect(shapes([value('x', [8, 3, 5])])).toEqual({ x: [3, 5] });
    expect(shapes([value('x', ['N', 3, 5]), value('z', [8, 2])])).toEqual({ x: [3, 5], z: [2] });
    expect(shapes([value('x', [8, 3, 5])], { hasBatch: false })).toEqual({ x: [8, 3, 5] });
    expect(shapes([value('x', [])], { hasBatch: false })).toEqual({ x: [] });
  });

  it('are given where they are free, by name or for all', () => {
    const [x, z] = [value('x', ['N', 3, 'H']), value('z', ['N', 'W'])];
    expect(shapes([x, z], { inputShapes: { x: [3, 7], '': [9] } })).toEqual({ x: [3, 7], z: [9] });
    expect(shapes([value('x', [1, 3])], { inputShapes: { x: [3] } })).toEqual({ x: [3] });
  });

  it('are free where they are 0 or less', () => {
    const x = value('x', [1, 3, 0, -1]);
    expect(() => imported([x])).toThrow("input 'x' has free sizes, [3, ?, ?] without the batch");
    expect(shapes([x], { inputShapes: { x: [3, 5, 7] } })).toEqual({ x: [3, 5, 7] });
  });

  it('leave out initialisers that are inputs too, as in old models', () => {
    const more = { initializer: [floats('w', [1, 2], [1, 2])] };
    const { graph } = importOnnx(
      graphModel({
        node: [node('Add', ['x', 'w'], ['y'])],
        input: [value('w', [1, 2]), value('x', [1, 2])],
        output: [value('y')],
        ...more,
      }),
    );
    expect(graph.inputs).toEqual([{ name: 'x', shape: [2] }]);
    expect(graph.nodes[0].constants.operand.values).toEqual(Float32Array.of(1, 2));
  });
});

describe('the batch that Shape gives', () => {
  /** What a Reshape to the shape of `x`, its batch, of `x` and `z`, gives. */
  const batch = (...input: readonly Message[]) => {
    const graph = {
      node: [
        node('Shape', [input[0].name as string], ['s'], [{ name: 'end', i: 1n }]),
        node('Cast', ['s'], ['f'], [{ name: 'to', i: 1n }]),
        node('Add', [input[0].name as string, 'f'], ['y']),
      ],
      input,
      output: [value('y')],
    };
    return [...importOnnx(graphModel(graph)).graph.nodes[0].constants.operand.values];
  };

  it('is the one that an input declares, else 1', () => {
    expect(batch(value('x', [8, 3]))).toEqual([8]);
    expect(batch(value('x', ['N', 3]))).toEqual([1]);
    expect(batch(value('x', ['N', 3]), value('z', [4, 3]))).toEqual([4]);
    expect(batch(value('x', [0, 3]), value('z', [-1, 3]))).toEqual([1]);
  });

  it('must be one for all inputs', () => {
    const each = [value('x', [8, 3]), value('z', [4, 3])];
    expect(() => imported(each)).toThrow(
      expect.objectContaining({
        code: 'ONNX_INVALID',
        kind: 'unsupported',
        message:
          'the inputs have batches of 8 and 4, expected one batch for all of them (hasBatch: false imports a model without a batch)',
      }),
    );
    expect(shapes(each, { hasBatch: false })).toEqual({ x: [8, 3], z: [4, 3] });
    expect(shapes([value('x', [8, 3]), value('z', [8, 5])])).toEqual({ x: [3], z: [5] });
  });
});

describe('types of inputs', () => {
  it.each<[type: number, note: string | undefined]>([
    [FLOAT, undefined],
    [0, undefined],
    [UINT8, "the input 'x' is uint8 in the ONNX model, float32 here"],
    [FLOAT16, "the input 'x' is float16 in the ONNX model, float32 here: everything is computed in float32"],
    [DOUBLE, "the input 'x' is double in the ONNX model, float32 here: everything is computed in float32"],
  ])('of type %d are noted: %s', (type, note) => {
    const { notes } = imported([value('z', [1, 2]), value('x', [1, 2], type)]);
    expect(notes).toEqual(note === undefined ? [] : [note]);
  });

  it('that are no integers may be computed with', () => {
    const graph = (type: number) => ({
      node: [node('Exp', ['x'], ['y'])],
      input: [value('x', [1, 2], type)],
      output: [value('y')],
    });
    for (const type of [0, FLOAT, FLOAT16]) {
      expect(() => importOnnx(graphModel(graph(type)))).not.toThrow();
    }
    expect(() => importOnnx(graphModel(graph(UINT8)))).toThrow('Exp that computes on integers (y)');
  });
});

describe('refused, and named', () => {
  it.each([[[3]], [[3, 7, 9]], [[4, 7]], [[3, 0]], [[3, -7]], [[3, 7.5]]])(
    'shapes that do not fit: %j',
    (given) => {
      expect(() => imported([value('x', [1, 3, 'H'])], { inputShapes: { x: given } })).toThrow(
        expect.objectContaining({
          code: 'ONNX_INPUT_SHAPE',
          message: `the shape ${given.join('×')} is given for input 'x', which has [3, H] without the batch`,
        }),
      );
    },
  );

  it.each<
    [code: string, kind: string, message: string, input: readonly Message[], options: ImportOnnxOptions]
  >([
    [
      'ONNX_INPUT_SHAPE',
      'misuse',
      "a shape is given for input 'imagr', which the model does not have: did you mean 'image'?",
      [value('x', [1, 2]), value('image', [1, 2])],
      { inputShapes: { imagr: [2] } },
    ],
    [
      'ONNX_INPUT_SHAPE',
      'misuse',
      "a shape is given for input 'pixels', which the model does not have: did you mean 'x', 'image'?",
      [value('x', [1, 2]), value('image', [1, 2])],
      { inputShapes: { x: [2], pixels: [2] } },
    ],
    [
      'ONNX_INPUT_SHAPE',
      'misuse',
      "input 'x' has free sizes, [3, H, ?] without the batch: give them, for example --input-shape x=3x224x224 " +
        '(inputShapes in the API); the network is imported for this size only',
      [value('x', [1, 3, 'H', 0])],
      {},
    ],
    [
      'ONNX_INVALID',
      'unsupported',
      "input 'x' has no axis, expected a batch and at least one more (hasBatch: false imports a model without a batch)",
      [value('x', [])],
      {},
    ],
    [
      'ONNX_INVALID',
      'unsupported',
      "input 'x' has one axis, expected a batch and at least one more (hasBatch: false imports a model without a batch)",
      [value('x', [3])],
      {},
    ],
    [
      'ONNX_INVALID',
      'unsupported',
      "input 'x' declares no shape, expected a tensor with a known number of axes",
      [{ name: 'x', type: { tensorType: { elemType: 1 } } }],
      {},
    ],
    [
      'ONNX_INVALID',
      'unsupported',
      "input 'x' is no tensor, expected a tensor with a known number of axes",
      [{ name: 'x', type: {} }],
      {},
    ],
    [
      'ONNX_INVALID',
      'unsupported',
      "input 'x' is no tensor, expected a tensor with a known number of axes",
      [{ name: 'x' }],
      {},
    ],
  ])('%s, %s: %s', (code, kind, message, input, options) => {
    expect(() => imported(input, options)).toThrow(expect.objectContaining({ code, kind, message }));
  });
});
