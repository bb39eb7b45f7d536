import { create, toBinary } from '@bufbuild/protobuf';
import { describe, expect, it } from 'vitest';
import { importOnnx } from '../../../src/importers/onnx/index.ts';
import { MODEL_SCHEMA } from '../../../src/importers/onnx/schema.ts';

type Message = Record<string, unknown>;

const value = (name: string, ...dims: (number | string)[]): Message => ({
  name,
  type: {
    tensorType: {
      elemType: 1,
      shape: {
        dim: dims.map((dim) => (typeof dim === 'string' ? { dimParam: dim } : { dimValue: BigInt(dim) })),
      },
    },
  },
});
const integers = (name: string, ...values: number[]): Message => ({
  name,
  dims: [BigInt(values.length)],
  dataType: 7,
  int64Data: values.map(BigInt),
});
const node = (opType: string, input: string[], output: string, attribute: Message[] = []): Message => ({
  opType,
  name: output,
  input,
  output: [output],
  attribute,
});

function model(node: Message[], initializer: Message[] = [], input = [value('x', 1, 4)]): Uint8Array {
  const graph = { node, initializer, input, output: [value('y')] };
  return toBinary(
    MODEL_SCHEMA,
    create(MODEL_SCHEMA, { opsetImport: [{ domain: '', version: 18n }], graph } as Message),
  );
}

function refusal(bytes: Uint8Array, options = {}): { code: string; kind: string; message: string } {
  try {
    importOnnx(bytes, options);
  } catch (error) {
    expect(error).toHaveProperty('name', 'WjpegError');
    const { code, kind, message } = error as { code: string; kind: string; message: string };
    expect(message).not.toContain('\n');
    return { code, kind, message };
  }
  throw new Error('was imported');
}

const external = (location: string): Message => ({
  name: 'w',
  dims: [4n, 2n],
  dataType: 1,
  dataLocation: 1,
  externalData: [
    { key: 'location', value: location },
    { key: 'offset', value: '8' },
    { key: 'length', value: '32' },
  ],
});
const product = [node('MatMul', ['x', 'w'], 'y')];

describe('a small file cannot ask for much memory', () => {
  const huge = integers('n', 2 ** 20, 2 ** 20);
  it.each([
    ['ConstantOfShape', [node('ConstantOfShape', ['n'], 'c')], [huge]],
    ['Expand', [node('Expand', ['one', 'n'], 'c')], [integers('one', 1), huge]],
    ['Tile', [node('Tile', ['two', 'n'], 'c')], [{ ...integers('two', 1), dims: [1n, 1n] }, huge]],
    [
      'Range',
      [node('Range', ['zero', 'end', 'step'], 'c')],
      [integers('zero', 0), integers('end', 2 ** 40), integers('step', 1)],
    ],
    ['Pad', [node('Pad', ['one', 'pads'], 'c')], [integers('one', 1), integers('pads', 2 ** 40, 2 ** 40)]],
    [
      'Gather',
      [node('ConstantOfShape', ['m'], 'i'), node('Gather', ['r', 'i'], 'c')],
      [integers('m', 2 ** 21), { ...integers('r', 1, 2, 3, 4), dims: [1n, 4n] }],
    ],
  ])('%s', (_, nodes, initializers) => {
    const bytes = model([...nodes, node('Add', ['x', 'c'], 'y')], initializers);
    expect(refusal(bytes)).toMatchObject({ code: 'GRAPH_LIMIT', kind: 'limit' });
  });

  it('constants that grow by doubling', () => {
    const doubled = Array.from({ length: 40 }, (_, at) =>
      node('Concat', [`c${at}`, `c${at}`], `c${at + 1}`, [{ name: 'axis', i: 0n }]),
    );
    const bytes = model([...doubled, node('Add', ['x', 'c40'], 'y')], [integers('c0', 1, 2, 3, 4)]);
    expect(refusal(bytes).code).toBe('GRAPH_LIMIT');
  });

  it('empty messages, which would be objects', () => {
    // 2 bytes each: field 1 of GraphProto, length 0.
    const nodes = new Uint8Array(2 * 600_000).map((_, at) => (at % 2 === 0 ? 0x0a : 0));
    const varint = (number: number): number[] =>
      number < 128 ? [number] : [(number & 127) | 128, ...varint(number >> 7)];
    const bytes = Uint8Array.of(0x3a, ...varint(nodes.length), ...[]);
    const whole = new Uint8Array(bytes.length + nodes.length);
    whole.set(bytes);
    whole.set(nodes, bytes.length);
    expect(refusal(whole)).toMatchObject({ code: 'GRAPH_LIMIT', kind: 'limit' });
  });

  it('a value that is repeated', () => {
    const bytes = model([node('Tile', ['x', 'n'], 'y')], [integers('n', 1, 2 ** 22)]);
    expect(refusal(bytes)).toMatchObject({ code: 'GRAPH_LIMIT', kind: 'limit' });
    expect(refusal(bytes).message).toMatch(/^node 'y' \(Tile\) makes 16777216 numbers/);
  });

  it('one initialiser that many nodes bring into another order', () => {
    const weight = { name: 'w', dims: [1000n, 1000n], dataType: 1, rawData: new Uint8Array(4_000_000) };
    const nodes = Array.from({ length: 60 }, (_, at) =>
      node('MatMul', [at === 0 ? 'x' : `a${at - 1}`, 'w'], at === 59 ? 'y' : `a${at}`),
    );
    expect(refusal(model(nodes, [weight], [value('x', 1, 1000)])).code).toBe('GRAPH_LIMIT');
  });
});

describe('external data', () => {
  it('is read through the function that the caller gives', () => {
    const asked: unknown[] = [];
    const { graph } = importOnnx(model(product, [external('weights.bin')]), {
      externalData: (location, offset, length) => {
        asked.push([location, offset, length]);
        return new Uint8Array(Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8).buffer);
      },
    });
    expect(asked).toEqual([['weights.bin', 8, 32]]);
    expect(graph.nodes[0].linear).toHaveProperty('weights', Float32Array.of(1, 3, 5, 7, 2, 4, 6, 8));
  });

  it.each(['../weights.bin', '/etc/passwd', 'a/../../b', '..\\b', 'C:\\b', '\\\\server\\b', 'a\0b', ''])(
    'outside of the folder of the model is refused: %j',
    (location) => {
      const { code, message } = refusal(model(product, [external(location)]), {
        externalData: () => expect.unreachable('was read'),
      });
      expect(code).toBe('ONNX_TENSOR');
      expect(message).toMatch(/expected a relative path inside of the model's folder$/);
    },
  );

  it('that ends early is refused', () => {
    const { message } = refusal(model(product, [external('w')]), { externalData: () => new Uint8Array(31) });
    expect(message).toBe("tensor 'w' lies at bytes 8 to 40 of 'w', which ends 1 bytes earlier");
  });
});

describe('inputs', () => {
  const relu = [node('Relu', ['x'], 'y')];
  it('with free sizes need them', () => {
    const bytes = model(relu, [], [value('x', 'N', 3, 'H', 'W')]);
    expect(refusal(bytes)).toMatchObject({ code: 'ONNX_INPUT_SHAPE', kind: 'misuse' });
    expect(refusal(bytes).message).toMatch(
      /^input 'x' has free sizes, \[3, H, W\] without the batch: .+ --input-shape x=3x224x224/,
    );
    expect(importOnnx(bytes, { inputShapes: { x: [3, 5, 7] } }).graph.inputs).toEqual([
      { name: 'x', shape: [3, 5, 7] },
    ]);
    expect(refusal(bytes, { inputShapes: { x: [1, 5, 7] } }).message).toMatch(
      /1×5×7 is given for input 'x', which has \[3, H, W\]/,
    );
    expect(refusal(bytes, { inputShapes: { y: [3, 5, 7] } }).message).toMatch(
      /input 'y', which the model does not have: did you mean 'x'/,
    );
  });

  it('of pictures take channels first, where the model turns them round at once', () => {
    const nodes = [
      node('Transpose', ['x'], 't', [{ name: 'perm', ints: [0n, 3n, 1n, 2n] }]),
      node('Relu', ['t'], 'y'),
    ];
    const { graph, notes } = importOnnx(model(nodes, [], [value('x', 1, 5, 7, 3)]), { channelsFirst: true });
    expect(graph.inputs).toEqual([{ name: 'x', shape: [3, 5, 7] }]);
    expect(graph.nodes.map(({ operator, inputs }) => [operator, inputs])).toEqual([['relu', ['x']]]);
    expect(notes).toEqual(["the input 'x' takes channels first, 3×5×7; the ONNX model takes 5×7×3"]);
    // What something else takes as well stays.
    const both = [
      ...nodes.slice(0, 1),
      node('Flatten', ['x'], 'f'),
      node('Flatten', ['t'], 'g'),
      node('Add', ['f', 'g'], 'y'),
    ];
    expect(
      importOnnx(model(both, [], [value('x', 1, 5, 7, 3)]), { channelsFirst: true }).graph.inputs[0].shape,
    ).toEqual([5, 7, 3]);
  });

  it('of one axis have no batch', () => {
    const bytes = model(relu, [], [value('x', 640)]);
    expect(refusal(bytes).message).toMatch(/^input 'x' has one axis, expected a batch and at least one more/);
    expect(importOnnx(bytes, { hasBatch: false }).graph.inputs).toEqual([{ name: 'x', shape: [640] }]);
  });
});

describe('refusals', () => {
  it('name operators and forms together, at most 8 nodes each', () => {
    const erf = Array.from({ length: 10 }, (_, at) => node('Hardmax', ['x'], `h${at}`));
    const nodes = [
      ...erf,
      node('Conv', ['x', 'x'], 'c'),
      { ...node('Thing', ['h9', 'c'], 't'), domain: 'com.example' },
      node('Sum', ['t', ...erf.map((_, at) => `h${at}`)], 'y'),
    ];
    expect(refusal(model(nodes))).toMatchObject({
      code: 'OPERATOR_UNKNOWN',
      message:
        'unsupported operators: Hardmax (h0, h1, h2, h3, h4, h5, h6, h7 and 2 more), com.example.Thing (t); ' +
        'unsupported forms: Conv that computes its input 1, which must be a constant (c)',
    });
  });

  it('name what stands in the branches of control flow', () => {
    const lstm = { node: [node('LSTM', ['x'], 'l')], output: [value('l')] };
    const schema = MODEL_SCHEMA.field.graph.message;
    if (schema === undefined) throw new Error('no schema');
    const branch = toBinary(schema, create(schema, lstm as Message));
    const attribute = [{ name: 'then_branch', g: branch }];
    expect(refusal(model([node('If', ['x'], 'y', attribute)])).message).toBe(
      'unsupported operators: If (y), LSTM (l)',
    );
  });

  it('leave out nodes that no output needs', () => {
    expect(
      importOnnx(model([node('Hardmax', ['x'], 'h'), node('Relu', ['x'], 'y')])).graph.nodes.length,
    ).toBe(1);
  });
});

describe('inputs that are left out', () => {
  it.each([
    ['Mul', ['x', ''], /Mul that has no input 1 \(y\)/],
    ['Mul', ['', ''], /Mul that has no input 0 \(y\)/],
    ['Sum', [], /Sum that has no input 0 \(y\)/],
    ['Concat', [], /Concat that has no input 0 \(y\)/],
    ['Concat', ['c', ''], /Concat that has no input 1 \(y\)/],
    ['Max', ['', 'c'], /Max that has no input 0 \(y\)/],
  ])('%s of %j is refused by name', (opType, inputs, message) => {
    const bytes = model([node(opType, inputs, 'y')], [integers('c', 1, 2)]);
    expect(() => importOnnx(bytes)).toThrow(message);
  });
});
