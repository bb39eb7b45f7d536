import { WjpegError } from '../../errors.ts';
import type { Graph, GraphInput, GraphNode } from '../../graph/graph.ts';
import { planGraph } from '../../graph/plan.ts';
import { FOLDED_OPERATORS, fold } from './fold.ts';
import { type ComputedValue, ImportedNode, isKnown, UnsupportedForm, type Value } from './node.ts';
import { IMPORTS } from './operators/index.ts';
import { decodeModel, type GraphProto, type NodeProto, type ValueInfoProto } from './schema.ts';
import { sortOnnxNodes } from './sort.ts';
import { readTensor } from './tensors.ts';

/** Largest model, in bytes: protobuf itself ends at 2 GiB. */
const MAX_BYTES = 2 ** 30;
const OPSETS = { min: 7, max: 21 } as const;

/** A network read from an ONNX model. */
export interface OnnxImport {
  readonly graph: Graph;
  /** Names of the model's outputs, in the order of `graph.outputs`. */
  readonly outputNames: readonly string[];
  /** What the importer decided, for the user to read. */
  readonly notes: readonly string[];
}

/**
 * Reads an ONNX model, opsets 7 to 21, as a graph. The first axis of every input is the batch; a fixed batch becomes free.
 * Nodes that depend on constants and shapes only are computed here.
 *
 * @throws `ONNX_INVALID` for bytes that are no such model, `ONNX_TENSOR` for its tensors, `OPERATOR_UNKNOWN` with all
 * operators that are unsupported and their nodes, and `GRAPH_…` for graphs that do not fit together
 */
export function importOnnx(bytes: Uint8Array): OnnxImport {
  if (bytes.length > MAX_BYTES) throw invalid(`has ${bytes.length} bytes, expected at most ${MAX_BYTES}`);
  const { graph, opset } = readGraph(bytes);
  requireOperators(graph.node);
  const values = new Map<string, Value>();
  for (const tensor of graph.initializer) values.set(tensor.name, readTensor(tensor));
  const given = graph.input.filter(({ name }) => !values.has(name));
  const inputs = given.map(readInput);
  for (const { input } of inputs) values.set(input.name, input);
  const { nodes, notes } = importNodes(graph, opset, inputs[0]?.batch ?? 1, values);
  const outputs = graph.output.map(({ name }) => {
    const value = values.get(name);
    if (value === undefined || isKnown(value)) throw invalid(`output '${name}' is missing or a constant`);
    return value.name;
  });
  const result = { inputs: inputs.map(({ input }) => input), outputs, nodes };
  planGraph(result);
  return { graph: result, outputNames: graph.output.map(({ name }) => name), notes };
}

function readGraph(bytes: Uint8Array): { graph: GraphProto; opset: number } {
  let model: ReturnType<typeof decodeModel>;
  try {
    model = decodeModel(bytes);
  } catch (error) {
    throw invalid(`is no ONNX model, or cut short (${error instanceof Error ? error.message : error})`);
  }
  if (model.graph === undefined) throw invalid('has no graph');
  const opset = Number(
    model.opsetImport.find(({ domain }) => domain === '' || domain === 'ai.onnx')?.version ?? 0,
  );
  if (opset < OPSETS.min || opset > OPSETS.max) {
    throw new WjpegError(
      'unsupported',
      'ONNX_INVALID',
      `the model has opset ${opset}, expected ${OPSETS.min} to ${OPSETS.max}: convert it with onnx.version_converter`,
    );
  }
  return { graph: model.graph, opset };
}

function readInput({ name, type }: ValueInfoProto): { input: GraphInput; batch: number } {
  const dims = type?.tensorType?.shape?.dim.map(({ dimValue }) => Number(dimValue)) ?? [];
  const [batch = 0, ...shape] = dims;
  if (shape.length === 0 || shape.some((extent) => extent <= 0)) {
    throw new WjpegError(
      'unsupported',
      'ONNX_INVALID',
      `input '${name}' has shape [${dims.map((extent) => extent || '?').join(', ')}], expected a batch and fixed extents: ` +
        'export the model with a fixed size',
    );
  }
  return { input: { name, shape }, batch: batch || 1 };
}

function importNodes(
  graph: GraphProto,
  opset: number,
  batch: number,
  values: Map<string, Value>,
): { nodes: GraphNode[]; notes: string[] } {
  const nodes: GraphNode[] = [];
  const notes: string[] = [];
  const sorted = sortOnnxNodes(graph.node, values);
  const taken = new Set(graph.input.map(({ name }) => name));
  for (const proto of sorted) {
    const name = uniqueName(proto, taken);
    const node = new ImportedNode(
      proto,
      name,
      proto.input.map((input) => (input === '' ? undefined : values.get(input))),
      opset,
      batch,
    );
    try {
      const result: Value = fold(proto.opType, node) ?? (IMPORTS.get(proto.opType) ?? unsupported)(node);
      values.set(proto.output[0], result);
    } catch (error) {
      if (!(error instanceof UnsupportedForm)) throw error;
      throw new WjpegError(
        'unsupported',
        'OPERATOR_UNKNOWN',
        `unsupported form of ${proto.opType} in node '${name}': it ${error.message}`,
      );
    }
    nodes.push(...node.nodes);
    if (proto.opType === 'LogSoftmax') notes.push(endsInProbabilities(graph, proto, name));
  }
  return { nodes, notes };
}

/** LogSoftmax is imported as softmax, which is harmless only where nothing takes its value. */
function endsInProbabilities(graph: GraphProto, { output }: NodeProto, name: string): string {
  if (graph.node.some(({ input }) => input.includes(output[0]))) {
    throw new WjpegError(
      'unsupported',
      'OPERATOR_UNKNOWN',
      `unsupported operators: LogSoftmax before other nodes (${name})`,
    );
  }
  return `the output '${output[0]}' is softmax, where the ONNX model has its logarithm (LogSoftmax)`;
}

function unsupported(): ComputedValue {
  throw new UnsupportedForm("depends on the network's input");
}

function uniqueName({ name, output, opType }: NodeProto, taken: Set<string>): string {
  const base = name || output[0] || opType;
  let unique = base;
  for (let count = 2; taken.has(unique); count++) unique = `${base}_${count}`;
  taken.add(unique);
  return unique;
}

function requireOperators(nodes: readonly NodeProto[]): void {
  const unknown = new Map<string, string[]>();
  for (const { opType, domain, name, output } of nodes) {
    const isStandard = domain === '' || domain === 'ai.onnx';
    if (isStandard && (IMPORTS.has(opType) || FOLDED_OPERATORS.includes(opType))) continue;
    const type = isStandard ? opType : `${domain}.${opType}`;
    unknown.set(type, [...(unknown.get(type) ?? []), name || output[0]]);
  }
  if (unknown.size === 0) return;
  const list = [...unknown].map(([type, names]) => `${type} (${names.join(', ')})`);
  throw new WjpegError('unsupported', 'OPERATOR_UNKNOWN', `unsupported operators: ${list.join('; ')}`);
}

function invalid(message: string): WjpegError {
  return new WjpegError('corrupt', 'ONNX_INVALID', `the model ${message}`);
}
