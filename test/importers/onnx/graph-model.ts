import { create, toBinary } from '@bufbuild/protobuf';
import { MODEL_SCHEMA, schemaOf } from '../../../src/importers/onnx/schema.ts';

/** A message of onnx.proto, by the names of its fields. */
export type Message = Readonly<Record<string, unknown>>;

/** Bytes of a message, of whatever is named. */
export function encode(type: string, message: Message): Uint8Array<ArrayBuffer> {
  const schema = schemaOf(type);
  return Uint8Array.from(toBinary(schema, create(schema, { ...message })));
}

/** A model of these parts of a graph, of opset 18 unless operator sets are given. */
export function graphModel(graph: Message, opsetImport: readonly Message[] = [{ version: 18n }]): Uint8Array {
  return toBinary(MODEL_SCHEMA, create(MODEL_SCHEMA, { graph, opsetImport }));
}

/** An input or output; texts name sizes that are free. */
export function value(name: string, dims: readonly (number | string)[] = [], elemType = 1): Message {
  const dim = dims.map((each) =>
    typeof each === 'string' ? { dimParam: each } : { dimValue: BigInt(each) },
  );
  return { name, type: { tensorType: { elemType, shape: { dim } } } };
}

/** A node that is called as its first output. */
export function node(
  opType: string,
  input: readonly string[],
  output: readonly string[],
  attribute: readonly Message[] = [],
): Message {
  return { opType, name: output[0], input, output, attribute };
}

/** A constant of floats. */
export function floats(name: string, dims: readonly number[], floatData: readonly number[]): Message {
  return { name, dims: dims.map(BigInt), dataType: 1, floatData };
}
