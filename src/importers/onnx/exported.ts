import { fromBinary } from '@bufbuild/protobuf';
import { type InputSpec, inputOf } from '../../format/manifest.ts';
import { describeMessages } from './schema.ts';

/** What of a model is not its graph: who wrote it, and what that program noted. */
const MESSAGES = {
  StringStringEntryProto: [
    ['key', 1, 'STRING'],
    ['value', 2, 'STRING'],
  ],
  ModelProto: [
    ['producer_name', 2, 'STRING'],
    ['metadata_props', 14, 'StringStringEntryProto[]'],
  ],
} as unknown as Parameters<typeof describeMessages>[0];

/** A message ModelProto, as far as it is described above. */
interface Model {
  readonly producerName: string;
  readonly metadataProps: readonly { readonly key: string; readonly value: string }[];
}

/** What `wjpeg export` has noted in a model. */
export interface Exported {
  /** How inputs are prepared. */
  readonly input?: InputSpec;
  /** Names of the outputs. */
  readonly labels?: readonly string[];
}

/**
 * What the exporter of this project noted in an ONNX model that it wrote (src/exporters/onnx/describe.ts); nothing where another
 * program wrote it, or where it is not as the exporter writes it. `bytes`: a model that `importOnnx` has accepted.
 */
export function exportedNotes(bytes: Uint8Array): Exported {
  const schema = describeMessages(MESSAGES, 'proto3').getMessage('onnx.ModelProto');
  if (schema === undefined) return {};
  const { producerName, metadataProps } = fromBinary(schema, bytes, {
    readUnknownFields: false,
  }) as unknown as Model;
  if (producerName !== 'wjpeg') return {};
  const notes = new Map(metadataProps.map(({ key, value }) => [key, value]));
  const input = read(notes.get('input'), (value) => inputOf(value as InputSpec));
  const labels = read(notes.get('labels'), (value) => {
    const isList = Array.isArray(value) && value.every((label) => typeof label === 'string');
    return isList ? (value as readonly string[]) : undefined;
  });
  return { ...(input && { input }), ...(labels && { labels }) };
}

/** What a note says; undefined where it is none, or not what is expected. */
function read<T>(text: string | undefined, understand: (value: unknown) => T | undefined): T | undefined {
  if (text === undefined) return undefined;
  try {
    return understand(JSON.parse(text));
  } catch {
    return undefined;
  }
}
