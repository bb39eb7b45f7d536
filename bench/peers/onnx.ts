import { joinBytes } from '../../src/bytes.ts';
import { bytesField, integerField } from './protobuf.ts';

/** The parts of onnx.proto (IR version 8, operator set 13) that a chain of operators takes. */

type Elements = Float32Array | Int8Array | Uint8Array | Int32Array;

export interface OnnxTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly elements: Elements;
}

export interface OnnxNode {
  readonly operator: string;
  readonly inputs: readonly string[];
  readonly output: string | readonly string[];
  /** Attributes that are whole numbers. */
  readonly integers?: Readonly<Record<string, number>>;
}

export interface OnnxGraph {
  readonly nodes: readonly OnnxNode[];
  readonly tensors: readonly OnnxTensor[];
  /** The only input and the only output: float32, any number of rows. */
  readonly input: { readonly name: string; readonly features: number };
  readonly output: { readonly name: string; readonly features: number };
}

export const FLOAT = 1;

/** TensorProto.DataType of an array. */
function dataType(elements: Elements): number {
  if (elements instanceof Float32Array) return FLOAT;
  if (elements instanceof Uint8Array) return 2;
  if (elements instanceof Int8Array) return 3;
  return 6;
}

/** The bytes of an .onnx file. Host and file are both little-endian. */
export function writeOnnx({ nodes, tensors, input, output }: OnnxGraph): Uint8Array {
  const graph = [
    ...nodes.map((node, index) => bytesField(1, nodeProto(node, index))),
    bytesField(2, 'network'),
    ...tensors.map((tensor) => bytesField(5, tensorProto(tensor))),
    bytesField(11, valueInfo(input)),
    bytesField(12, valueInfo(output)),
  ];
  return joinBytes([
    integerField(1, 8),
    bytesField(2, 'wjpeg bench'),
    bytesField(7, graph),
    bytesField(8, [bytesField(1, ''), integerField(2, 13)]),
  ]);
}

function nodeProto({ operator, inputs, output, integers = {} }: OnnxNode, index: number): Uint8Array[] {
  const outputs = typeof output === 'string' ? [output] : output;
  return [
    ...inputs.map((name) => bytesField(1, name)),
    ...outputs.map((name) => bytesField(2, name)),
    bytesField(3, `${operator} ${index}`),
    bytesField(4, operator),
    // AttributeProto: name, i, type INT.
    ...Object.entries(integers).map(([name, value]) =>
      bytesField(5, [bytesField(1, name), integerField(3, value), integerField(20, 2)]),
    ),
  ];
}

function tensorProto({ name, shape, elements }: OnnxTensor): Uint8Array[] {
  const raw = new Uint8Array(elements.buffer, elements.byteOffset, elements.byteLength);
  return [
    ...shape.map((size) => integerField(1, size)),
    integerField(2, dataType(elements)),
    bytesField(8, name),
    bytesField(9, raw),
  ];
}

/** ValueInfoProto of a float32 tensor of shape [N, features]. */
function valueInfo({ name, features }: { name: string; features: number }): Uint8Array[] {
  const shape = [bytesField(1, [bytesField(2, 'N')]), bytesField(1, [integerField(1, features)])];
  return [
    bytesField(1, name),
    bytesField(2, [bytesField(1, [integerField(1, FLOAT), bytesField(2, shape)])]),
  ];
}
