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
  const graph = { node, initializer, input: [value('x', 1, 2)], output: [value('y')] };
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
});
