import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { importOnnx } from '../../src/importers/onnx/index.ts';
import { MODEL_SCHEMA } from '../../src/importers/onnx/schema.ts';
import type { Random } from './random.ts';
import type { Target } from './target.ts';

type Message = Record<string, unknown>;

const value = (name: string, ...dims: number[]): Message => ({
  name,
  type: { tensorType: { elemType: 1, shape: { dim: dims.map((dim) => ({ dimValue: BigInt(dim) })) } } },
});
const floats = (name: string, ...dims: number[]): Message => ({
  name,
  dims: dims.map(BigInt),
  dataType: 1,
  rawData: new Uint8Array(4 * dims.reduce((product, dim) => product * dim, 1)).fill(60),
});
const integers = (name: string, ...values: number[]): Message => ({
  name,
  dims: [BigInt(values.length)],
  dataType: 7,
  int64Data: values.map(BigInt),
});
const node = (opType: string, input: string, output: string, attribute: Message[] = []): Message => ({
  opType,
  input: input.split(' '),
  output: output.split(' '),
  attribute,
});
const ints = (name: string, ...values: number[]): Message => ({ name, type: 7, ints: values.map(BigInt) });

function model(graph: Message): Uint8Array {
  return toBinary(
    MODEL_SCHEMA,
    create(MODEL_SCHEMA, { opsetImport: [{ domain: '', version: 13n }], graph } as Message),
  );
}

/** A convolutional classifier, shapes that are folded, and a quantised layer. */
const SEEDS: readonly Uint8Array[] = [
  model({
    input: [value('x', 1, 3, 8, 8)],
    output: [value('y')],
    initializer: [floats('w', 4, 3, 3, 3), floats('b', 4), floats('m', 64, 5), integers('s', 1, 64)],
    node: [
      node('Conv', 'x w b', 'c', [ints('pads', 1, 1, 1, 1)]),
      node('Relu', 'c', 'r'),
      node('MaxPool', 'r', 'p', [ints('kernel_shape', 2, 2), ints('strides', 2, 2)]),
      node('Reshape', 'p s', 'f'),
      node('MatMul', 'f m', 'd'),
      node('Softmax', 'd', 'y'),
    ],
  }),
  model({
    input: [value('x', 1, 4, 6)],
    output: [value('y')],
    initializer: [integers('zero', 0), integers('one', 1), integers('minus', -1), integers('big', 3, 5)],
    node: [
      node('Shape', 'x', 'n'),
      node('Gather', 'n zero', 'g'),
      node('Concat', 'g minus', 't', [{ name: 'axis', type: 2, i: 0n }]),
      node('ConstantOfShape', 'big', 'z'),
      node('Transpose', 'z', 'zt'),
      node('Slice', 'zt zero one zero', 'zs'),
      node('Expand', 'zs big', 'e'),
      node('Tile', 'e big', 'unused'),
      node('Reshape', 'x t', 'f'),
      node('Range', 'zero one one', 'range'),
      node('Mul', 'f one', 'y'),
    ],
  }),
  model({
    input: [value('x', 1, 4)],
    output: [value('y')],
    initializer: [
      floats('s'),
      { name: 'z', dims: [], dataType: 2, int32Data: [3] },
      { name: 'q', dims: [4n, 2n], dataType: 3, rawData: new Uint8Array(8).fill(5) },
    ],
    node: [
      node('QuantizeLinear', 'x s z', 'xq'),
      node('DequantizeLinear', 'xq s z', 'xd'),
      node('DequantizeLinear', 'q s', 'w'),
      node('MatMul', 'xd w', 'y'),
    ],
  }),
];

/** A model with a number, name or list of it changed, so that the message stays one. */
function mutateModel(bytes: Uint8Array, random: Random): Uint8Array {
  const message = fromBinary(MODEL_SCHEMA, bytes);
  for (let changes = 1 + random.below(3); changes > 0; changes--)
    mutateField(random.chance(0.9) ? (message as unknown as { graph: object }).graph : message, random);
  return toBinary(MODEL_SCHEMA, message);
}

const SIZES = [0n, 1n, -1n, 2n, 3n, 64n, 2n ** 16n, 2n ** 31n, 2n ** 40n, 2n ** 62n, -(2n ** 62n)];

function mutateField(message: object, random: Random): void {
  const fields = Object.entries(message).filter(([name]) => !name.startsWith('$'));
  if (fields.length === 0) return;
  const [name, field] = random.pick(fields);
  const set = (changed: unknown): void => void Object.assign(message, { [name]: changed });
  if (field instanceof Uint8Array) set(random.bytes(random.below(40)));
  else if (Array.isArray(field)) {
    if (field.length > 0 && typeof field[0] === 'object' && random.chance(0.9)) {
      mutateField(random.pick(field), random);
      return;
    }
    const at = random.below(field.length + 1);
    if (random.chance(0.3)) set(field.toSpliced(at, 1));
    else if (field.length > 0 && random.chance(0.4)) set([...field, random.pick(field)]);
    else set(field.map((item, index) => (index === at ? changed(item, random) : item)));
  } else if (typeof field === 'object' && field !== null) mutateField(field, random);
  else set(changed(field, random));
}

const NAMES = [
  'x',
  'y',
  'w',
  'one',
  'zero',
  'Conv',
  'Add',
  'Tile',
  'Expand',
  'Range',
  'ConstantOfShape',
  'If',
  '',
];

function changed(field: unknown, random: Random): unknown {
  if (typeof field === 'bigint') return random.pick(SIZES);
  if (typeof field === 'number') return random.pick([0, 1, 2, 3, 6, 7, 10, 16, 22, 99, -1]);
  return typeof field === 'string' ? random.pick(NAMES) : field;
}

export const onnx: Target = {
  seeds: SEEDS,
  generate: (random) => mutateModel(random.pick(SEEDS), random),
  read(bytes, variant) {
    importOnnx(bytes, { hasBatch: variant % 4 !== 0, roundActivations: variant % 3 === 0 });
  },
  // What a model may make whatever its size, 2^22 numbers of 8 bytes, each twice while it is made.
  memoryCap: (bytes) => 2 ** 27 + 200 * bytes.length,
};
