import { joinBytes } from '../bytes.ts';
import type { InferRequest } from './infer-request.ts';

/** A tensor of a response. */
export type OutputTensor = {
  readonly name: string;
  readonly shape: readonly number[];
} & (
  | { readonly datatype: 'FP32'; readonly data: Float32Array }
  | { readonly datatype: 'BYTES'; readonly data: readonly string[] }
);

/** The body of a response, and how many of its bytes are JSON if binary data follow. */
export interface InferResponse {
  readonly body: Uint8Array<ArrayBuffer> | string;
  readonly jsonLength?: number;
}

/** An inference response of the Open Inference Protocol; `warnings`: of pictures, among its parameters. */
export function inferResponse(
  model: { readonly name: string; readonly version: string },
  { id, outputs }: Pick<InferRequest, 'id' | 'outputs'>,
  tensors: readonly OutputTensor[],
  warnings: readonly string[],
): InferResponse {
  const binary: Uint8Array[] = [];
  const entries = tensors.map((tensor, index) => {
    const { name, datatype, shape } = tensor;
    if (!outputs[index].isBinary) return { name, datatype, shape, data: [...tensor.data] };
    const bytes = tensor.datatype === 'FP32' ? bytesOf(tensor.data) : elements(tensor.data);
    binary.push(bytes);
    return { name, datatype, shape, parameters: { binary_data_size: bytes.length } };
  });
  const json = JSON.stringify({
    model_name: model.name,
    model_version: model.version,
    ...(id !== undefined && { id }),
    ...(warnings.length > 0 && { parameters: { warnings } }),
    outputs: entries,
  });
  if (binary.length === 0) return { body: json };
  const text = new TextEncoder().encode(json);
  return { body: joinBytes([text, ...binary]), jsonLength: text.length };
}

function bytesOf(values: Float32Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

/** Each element after its length in 4 bytes, little-endian. */
function elements(texts: readonly string[]): Uint8Array {
  return joinBytes(
    texts.flatMap((text) => {
      const bytes = new TextEncoder().encode(text);
      return [new Uint8Array(Uint32Array.of(bytes.length).buffer), bytes];
    }),
  );
}
