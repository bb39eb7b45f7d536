import { WjpegError } from '../../errors.ts';
import { decodeModel, type GraphProto } from './schema.ts';

/** Largest model, in bytes: protobuf itself ends at 2 GiB. */
const MAX_BYTES = 2 ** 30;
const MAX_NODES = 100_000;
const OPSETS = { min: 1, max: 21 } as const;

/** The graph of a model, and the version of ONNX's operators that it uses. */
export interface Model {
  readonly graph: GraphProto;
  readonly opset: number;
}

/**
 * Decodes a model.
 *
 * @throws `ONNX_INVALID` for bytes that are no such model and other opsets, `GRAPH_LIMIT` for too many nodes
 */
export function readModel(bytes: Uint8Array): Model {
  if (bytes.length > MAX_BYTES) throw invalid(`has ${bytes.length} bytes, expected at most ${MAX_BYTES}`);
  let model: ReturnType<typeof decodeModel>;
  try {
    model = decodeModel(bytes);
  } catch (error) {
    if (error instanceof WjpegError) throw error;
    throw invalid(`is no ONNX model, or cut short (${error instanceof Error ? error.message : error})`);
  }
  const { graph, opsetImport } = model;
  if (graph === undefined) throw invalid('has no graph');
  const opset = Number(opsetImport.find(({ domain }) => domain === '' || domain === 'ai.onnx')?.version ?? 0);
  if (opset < OPSETS.min || opset > OPSETS.max) {
    throw new WjpegError(
      'unsupported',
      'ONNX_INVALID',
      `the model has opset ${opset}, expected ${OPSETS.min} to ${OPSETS.max}: convert it with onnx.version_converter`,
    );
  }
  if (graph.node.length > MAX_NODES) {
    throw new WjpegError(
      'limit',
      'GRAPH_LIMIT',
      `the model has ${graph.node.length} nodes, expected at most ${MAX_NODES}`,
    );
  }
  return { graph, opset };
}

export function invalid(message: string): WjpegError {
  return new WjpegError('corrupt', 'ONNX_INVALID', `the model ${message}`);
}
