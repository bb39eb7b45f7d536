import { create, createFileRegistry, type DescMessage, fromBinary } from '@bufbuild/protobuf';
import {
  FileDescriptorProtoSchema,
  FieldDescriptorProto_Label as Label,
  FieldDescriptorProto_Type as Type,
} from '@bufbuild/protobuf/wkt';

/**
 * The fields of onnx.proto that the importer reads: `[name, number, type]`, `[]` after the type for repeated fields.
 * Subgraphs (`g`) stay bytes, so messages nest at most five deep whatever the file says.
 */
const MESSAGES: Readonly<Record<string, readonly (readonly [name: string, number: number, type: string])[]>> =
  {
    ModelProto: [
      ['graph', 7, 'GraphProto'],
      ['opset_import', 8, 'OperatorSetIdProto[]'],
    ],
    OperatorSetIdProto: [
      ['domain', 1, 'STRING'],
      ['version', 2, 'INT64'],
    ],
    GraphProto: [
      ['node', 1, 'NodeProto[]'],
      ['initializer', 5, 'TensorProto[]'],
      ['input', 11, 'ValueInfoProto[]'],
      ['output', 12, 'ValueInfoProto[]'],
    ],
    NodeProto: [
      ['input', 1, 'STRING[]'],
      ['output', 2, 'STRING[]'],
      ['name', 3, 'STRING'],
      ['op_type', 4, 'STRING'],
      ['attribute', 5, 'AttributeProto[]'],
      ['domain', 7, 'STRING'],
    ],
    AttributeProto: [
      ['name', 1, 'STRING'],
      ['f', 2, 'FLOAT'],
      ['i', 3, 'INT64'],
      ['s', 4, 'BYTES'],
      ['t', 5, 'TensorProto'],
      ['g', 6, 'BYTES'],
      ['floats', 7, 'FLOAT[]'],
      ['ints', 8, 'INT64[]'],
    ],
    TensorProto: [
      ['dims', 1, 'INT64[]'],
      ['data_type', 2, 'INT32'],
      ['float_data', 4, 'FLOAT[]'],
      ['int32_data', 5, 'INT32[]'],
      ['int64_data', 7, 'INT64[]'],
      ['name', 8, 'STRING'],
      ['raw_data', 9, 'BYTES'],
      ['double_data', 10, 'DOUBLE[]'],
      ['data_location', 14, 'INT32'],
    ],
    ValueInfoProto: [
      ['name', 1, 'STRING'],
      ['type', 2, 'TypeProto'],
    ],
    TypeProto: [['tensor_type', 1, 'TensorTypeProto']],
    TensorTypeProto: [['shape', 2, 'TensorShapeProto']],
    TensorShapeProto: [['dim', 1, 'DimensionProto[]']],
    DimensionProto: [['dim_value', 1, 'INT64']],
  };

/** A message ModelProto as decoded. */
export interface ModelProto {
  readonly graph?: GraphProto;
  readonly opsetImport: readonly { readonly domain: string; readonly version: bigint }[];
}

/** A message GraphProto as decoded. */
export interface GraphProto {
  readonly node: readonly NodeProto[];
  readonly initializer: readonly TensorProto[];
  readonly input: readonly ValueInfoProto[];
  readonly output: readonly ValueInfoProto[];
}

/** A message NodeProto as decoded. */
export interface NodeProto {
  readonly input: readonly string[];
  readonly output: readonly string[];
  readonly name: string;
  readonly opType: string;
  readonly attribute: readonly AttributeProto[];
  readonly domain: string;
}

/** A message AttributeProto as decoded. */
export interface AttributeProto {
  readonly name: string;
  readonly f: number;
  readonly i: bigint;
  readonly s: Uint8Array;
  readonly t?: TensorProto;
  readonly floats: readonly number[];
  readonly ints: readonly bigint[];
}

/** A message TensorProto as decoded. */
export interface TensorProto {
  readonly dims: readonly bigint[];
  readonly dataType: number;
  readonly floatData: readonly number[];
  readonly int32Data: readonly number[];
  readonly int64Data: readonly bigint[];
  readonly doubleData: readonly number[];
  readonly name: string;
  readonly rawData: Uint8Array;
  readonly dataLocation: number;
}

/** A message ValueInfoProto as decoded. */
export interface ValueInfoProto {
  readonly name: string;
  readonly type?: {
    readonly tensorType?: { readonly shape?: { readonly dim: readonly { readonly dimValue: bigint }[] } };
  };
}

const registry = createFileRegistry(
  create(FileDescriptorProtoSchema, {
    name: 'onnx-subset.proto',
    package: 'onnx',
    syntax: 'proto3',
    messageType: Object.entries(MESSAGES).map(([name, fields]) => ({
      name,
      field: fields.map(([field, number, written]) => {
        const type = written.replace('[]', '');
        return {
          name: field,
          number,
          label: type === written ? Label.OPTIONAL : Label.REPEATED,
          ...(type in Type
            ? { type: Type[type as keyof typeof Type] }
            : { type: Type.MESSAGE, typeName: `.onnx.${type}` }),
        };
      }),
    })),
  }),
  () => undefined,
);

/** The message ModelProto, described to the protobuf library. */
export const MODEL_SCHEMA: DescMessage = registry.getMessage('onnx.ModelProto') as DescMessage;

/** Decodes a ModelProto; unknown fields are dropped. Throws what the library throws for bytes that are none. */
export function decodeModel(bytes: Uint8Array): ModelProto {
  return fromBinary(MODEL_SCHEMA, bytes, { readUnknownFields: false }) as unknown as ModelProto;
}
