import { create, toBinary } from '@bufbuild/protobuf';
import { describe, expect, it } from 'vitest';
import { importOnnx } from '../../../src/importers/onnx/index.ts';
import { MODEL_SCHEMA } from '../../../src/importers/onnx/schema.ts';

const value = (name: string, ...dims: number[]): object => ({
  name,
  type: { tensorType: { shape: { dim: dims.map((dim) => ({ dimValue: BigInt(dim) })) } } },
});
const tensor = (name: string, dims: number[], floatData: number[]): object => ({
  name,
  dims: dims.map(BigInt),
  dataType: 1,
  floatData,
});
const node = (opType: string, input: string[], output: string): object => ({
  opType,
  name: `${opType} ${output}`,
  input,
  output: [output],
});

/** A model of opset 13 with input x of [1, 2] and output y. */
function model(node: object[], initializer: object[] = []): Uint8Array {
  return bytesOf({ node, initializer, input: [value('x', 1, 2)], output: [value('y')] });
}

/** A model of opset 13. */
function bytesOf(graph: object): Uint8Array {
  return toBinary(
    MODEL_SCHEMA,
    create(MODEL_SCHEMA, { opsetImport: [{ domain: '', version: 13n }], graph } as Record<string, unknown>),
  );
}

const weight = tensor('w', [2, 3], [1, 2, 3, 4, 5, 6]);

describe('importOnnx', () => {
  it('imports MatMul, with the matrix turned to outputs × inputs', () => {
    const { graph } = importOnnx(model([node('MatMul', ['x', 'w'], 'y')], [weight]));
    expect(graph.inputs).toEqual([{ name: 'x', shape: [2] }]);
    expect(graph.nodes[0].linear).toMatchObject({ kind: 'dense', outFeatures: 3, inFeatures: 2 });
    expect(graph.nodes[0].linear).toHaveProperty('weights', Float32Array.of(1, 4, 2, 5, 3, 6));
  });

  it('lists all unsupported operators with their nodes', () => {
    const nodes = [node('Hardmax', ['x'], 'a'), node('LSTM', ['a'], 'b'), node('Hardmax', ['b'], 'y')];
    expect(() => importOnnx(model(nodes))).toThrow(
      /^unsupported operators: Hardmax \(Hardmax a, Hardmax y\), LSTM \(LSTM b\)$/,
    );
  });

  it.each([
    ['a cycle', [node('Add', ['x', 'y'], 'a'), node('Relu', ['a'], 'y')], [], /has a cycle$/],
    [
      'a missing initialiser',
      [node('MatMul', ['x', 'w'], 'y')],
      [],
      /takes 'w', which no node or input gives$/,
    ],
    [
      'a declared 2 GB tensor',
      [node('MatMul', ['x', 'w'], 'y')],
      [tensor('w', [2, 2 ** 28], [1])],
      /^tensor 'w' declares 2×268435456 elements, 1 are in the file$/,
    ],
    [
      'sizes whose product overflows',
      [node('MatMul', ['x', 'w'], 'y')],
      [tensor('w', [2 ** 40, 2 ** 40], [1])],
      /^tensor 'w' declares/,
    ],
    [
      'external data',
      [node('MatMul', ['x', 'w'], 'y')],
      [{ ...weight, dataLocation: 1, externalData: [{ key: 'location', value: 'weights.bin' }] }],
      /^tensor 'w' lies in the file 'weights.bin' beside the model, which was not given: give it/,
    ],
  ] as const)('refuses %s in one line', (_, nodes, initializers, message) => {
    expect(() => importOnnx(model([...nodes], [...initializers]))).toThrow(message);
  });

  it('refuses a file that is cut short anywhere with an error of ours', () => {
    const bytes = model([node('MatMul', ['x', 'w'], 'y')], [weight]);
    for (let length = 0; length < bytes.length; length++) {
      let thrown: unknown;
      try {
        importOnnx(bytes.subarray(0, length));
      } catch (error) {
        thrown = error;
      }
      // Cut between two fields of the model, what is left may be a model of its own without the last field.
      expect(thrown, `${length} bytes`).toHaveProperty('name', 'WjpegError');
      expect((thrown as Error).message).not.toContain('\n');
    }
  });

  it('calls outputs as the model does, whatever its nodes are called', () => {
    const nodes = [
      { opType: 'Relu', name: 'y', input: ['x'], output: ['a'] },
      { opType: 'Neg', name: 'first', input: ['a'], output: ['y'] },
      { opType: 'Abs', name: 'second', input: ['y'], output: ['z'] },
    ];
    const graph = {
      node: nodes,
      initializer: [],
      input: [value('x', 1, 2)],
      output: [value('z'), value('y')],
    };
    const imported = importOnnx(bytesOf(graph));
    expect(imported.outputNames).toEqual(['z', 'y']);
    expect(imported.graph.outputs).toEqual(['z', 'y']);
    expect(imported.graph.nodes.map(({ name, inputs, outputs }) => [name, ...inputs, ...outputs])).toEqual([
      ['y_2', 'x', 'y_2'],
      ['y', 'y_2', 'y'],
      ['z', 'y', 'z'],
    ]);
  });

  it('leaves outputs that are an input, or given twice, their names', () => {
    const nodes = [
      { opType: 'Relu', name: 'r', input: ['x'], output: ['a'] },
      { opType: 'Dropout', name: 'd', input: ['a'], output: ['b'] },
      { opType: 'Flatten', name: 'f', input: ['b'], output: ['c'] },
      {
        opType: 'Transpose',
        name: 't',
        input: ['x'],
        output: ['e'],
        attribute: [{ name: 'perm', ints: [0n, 1n], type: 7 }],
      },
    ];
    const output = ['a', 'b', 'c', 'e'].map((name) => value(name));
    const imported = importOnnx(bytesOf({ node: nodes, initializer: [], input: [value('x', 1, 2)], output }));
    expect(imported.outputNames).toEqual(['a', 'b', 'c', 'e']);
    // The transpose moves nothing, so that 'e' is the input.
    expect(imported.graph.outputs).toEqual(['a', 'b', 'c', 'x']);
  });

  it('computes products, running sums and scattered elements of constants', () => {
    const given = (name: string, dims: number[], data: number[], dataType: number): object => ({
      name,
      dims: dims.map(BigInt),
      dataType,
      ...(dataType === 7 ? { int64Data: data.map(BigInt) } : { floatData: data }),
    });
    const constants = [
      given('m', [2, 1, 2, 2], [1, 2, 3, 4, 5, 6, 7, 8], 1),
      given('n', [3, 2, 1], [1, 1, 1, 0, 0, 1], 1),
      given('gaps', [3], [1, 0, 3], 7),
      given('axis', [], [0], 7),
      given('zeros', [6], [0, 0, 0, 0, 0, 0], 1),
      given('three', [3], [7, 8, 9], 1),
      given('shape', [1], [12], 7),
    ];
    const nodes = [
      { opType: 'MatMul', name: 'p', input: ['m', 'n'], output: ['p'] },
      { opType: 'Reshape', name: 'q', input: ['p', 'shape'], output: ['q'] },
      { opType: 'Gather', name: 'x12', input: ['q', 'all'], output: ['row'] },
      { opType: 'CumSum', name: 'c', input: ['gaps', 'axis'], output: ['places'] },
      { opType: 'ScatterElements', name: 's', input: ['zeros', 'places', 'three'], output: ['scattered'] },
      {
        opType: 'Concat',
        name: 'k',
        input: ['row', 'scattered'],
        output: ['w'],
        attribute: [{ name: 'axis', i: 0n, type: 2 }],
      },
      { opType: 'Add', name: 'y', input: ['x', 'w'], output: ['y'] },
    ];
    constants.push(
      given(
        'all',
        [12],
        Array.from({ length: 12 }, (_, at) => at),
        7,
      ),
    );
    const { graph } = importOnnx(
      bytesOf({ node: nodes, initializer: constants, input: [value('x', 1, 18)], output: [value('y')] }),
    );
    // By hand: [[1 2] [3 4]] and [[5 6] [7 8]], each times [1 1], [1 0] and [0 1]; 8 overwrites 7 at place 1.
    expect([...graph.nodes[0].constants.operand.values]).toEqual([
      ...[3, 7, 1, 3, 2, 4, 11, 15, 5, 7, 6, 8],
      ...[0, 8, 0, 0, 9, 0],
    ]);
  });

  it.each([
    [{ exclusive: 1 }, [0, 1, 3]],
    [{ reverse: 1 }, [6, 5, 3]],
    [{ exclusive: 1, reverse: 1 }, [5, 3, 0]],
  ])('running sums of constants, %j', (attributes, expected) => {
    const attribute = Object.entries(attributes).map(([name, set]) => ({ name, i: BigInt(set), type: 2 }));
    const nodes = [
      { opType: 'CumSum', name: 'c', input: ['v', 'axis'], output: ['w'], attribute },
      { opType: 'Add', name: 'y', input: ['x', 'w'], output: ['y'] },
    ];
    const constants = [tensor('v', [3], [1, 2, 3]), { name: 'axis', dims: [], dataType: 7, int64Data: [0n] }];
    const { graph } = importOnnx(
      bytesOf({ node: nodes, initializer: constants, input: [value('x', 1, 3)], output: [value('y')] }),
    );
    expect([...graph.nodes[0].constants.operand.values]).toEqual(expected);
  });
});
