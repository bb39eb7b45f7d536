import { create, type DescMessage, toBinary } from '@bufbuild/protobuf';
import { MESSAGES } from '../../importers/onnx/messages.ts';
import { describeMessages } from '../../importers/onnx/schema.ts';

/** Fields of onnx.proto that are written and that the importer does not read. */
const WRITTEN: typeof MESSAGES = {
  ModelProto: [
    ['ir_version', 1, 'INT64'],
    ['producer_name', 2, 'STRING'],
    ['doc_string', 6, 'STRING'],
    ['metadata_props', 14, 'StringStringEntryProto[]'],
  ],
  GraphProto: [['name', 2, 'STRING']],
};

const registry = describeMessages(
  Object.fromEntries(
    Object.entries(MESSAGES).map(([message, fields]) => [message, [...fields, ...(WRITTEN[message] ?? [])]]),
  ),
  'proto2',
);
const MODEL = registry.getMessage('onnx.ModelProto') as DescMessage;

/** A message NodeProto to write. */
export interface NodeMessage {
  readonly opType: string;
  readonly name: string;
  readonly input: readonly string[];
  readonly output: readonly string[];
  readonly attribute: readonly object[];
}

/** A message TensorProto to write. */
export interface TensorMessage {
  readonly name: string;
  readonly dims: readonly bigint[];
  readonly dataType: number;
  readonly rawData: Uint8Array;
}

/** A message ModelProto to write, by the names of onnx.proto's fields in camel case. */
export interface ModelMessage {
  readonly irVersion: bigint;
  readonly opsetImport: readonly { readonly domain: string; readonly version: bigint }[];
  readonly producerName: string;
  readonly docString: string;
  readonly metadataProps: readonly { readonly key: string; readonly value: string }[];
  readonly graph: {
    readonly name: string;
    readonly node: readonly NodeMessage[];
    readonly initializer: readonly TensorMessage[];
    readonly input: readonly object[];
    readonly output: readonly object[];
  };
}

/** The bytes of an ONNX file. */
export function encodeModel(model: ModelMessage): Uint8Array {
  return toBinary(MODEL, create(MODEL, { ...model }));
}
