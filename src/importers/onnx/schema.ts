import {
  create,
  createFileRegistry,
  type DescMessage,
  type FileRegistry,
  fromBinary,
} from '@bufbuild/protobuf';
import {
  FileDescriptorProtoSchema,
  FieldDescriptorProto_Label as Label,
  FieldDescriptorProto_Type as Type,
} from '@bufbuild/protobuf/wkt';
import { requireFewItems } from './count-items.ts';
import { MESSAGES } from './messages.ts';

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
  /** A GraphProto, not decoded. */
  readonly g: Uint8Array;
  readonly floats: readonly number[];
  readonly ints: readonly bigint[];
  /** AttributeProto.AttributeType; 0 in files of before IR version 2. */
  readonly type: number;
}

/** A message TensorProto as decoded. */
export interface TensorProto {
  readonly dims: readonly bigint[];
  readonly dataType: number;
  readonly floatData: readonly number[];
  readonly int32Data: readonly number[];
  readonly int64Data: readonly bigint[];
  readonly doubleData: readonly number[];
  readonly uint64Data: readonly bigint[];
  readonly externalData: readonly { readonly key: string; readonly value: string }[];
  readonly name: string;
  readonly rawData: Uint8Array;
  readonly dataLocation: number;
}

/** A message ValueInfoProto as decoded. */
export interface ValueInfoProto {
  readonly name: string;
  readonly type?: { readonly tensorType?: TensorTypeProto };
}

/** A message TypeProto.Tensor as decoded. */
export interface TensorTypeProto {
  readonly elemType: number;
  readonly shape?: { readonly dim: readonly { readonly dimValue: bigint; readonly dimParam: string }[] };
}

/**
 * Describes messages to the protobuf library: as proto3, in which what is 0 or empty is absent, or as proto2, as onnx.proto
 * itself is, in which it is written where it is set.
 */
export function describeMessages(messages: typeof MESSAGES, syntax: 'proto2' | 'proto3'): FileRegistry {
  return createFileRegistry(
    create(FileDescriptorProtoSchema, {
      name: 'onnx-subset.proto',
      package: 'onnx',
      syntax,
      messageType: Object.entries(messages).map(([name, fields]) => ({
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
}

const registry = describeMessages(MESSAGES, 'proto3');

/** A message of onnx.proto, described to the protobuf library. */
export function schemaOf(message: string): DescMessage {
  return registry.getMessage(`onnx.${message}`) as DescMessage;
}

/** The message ModelProto, described to the protobuf library. */
export const MODEL_SCHEMA: DescMessage = schemaOf('ModelProto');

/** Decodes a ModelProto; unknown fields are dropped. Throws what the library throws for bytes that are none. */
export function decodeModel(bytes: Uint8Array): ModelProto {
  return decode('ModelProto', bytes) as ModelProto;
}

/** Decodes a GraphProto, such as the branch of an If; as `decodeModel`. */
export function decodeGraph(bytes: Uint8Array): GraphProto {
  return decode('GraphProto', bytes) as GraphProto;
}

/** Decodes a TensorProto, such as a file of test data; as `decodeModel`. */
export function decodeTensor(bytes: Uint8Array): TensorProto {
  return decode('TensorProto', bytes) as TensorProto;
}

function decode(message: string, bytes: Uint8Array): unknown {
  requireFewItems(message, bytes);
  return fromBinary(schemaOf(message), bytes, { readUnknownFields: false });
}
