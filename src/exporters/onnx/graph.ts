import { WjpegError } from '../../errors.ts';
import type { GraphNode, PlannedGraph } from '../../graph/graph.ts';
import { addRefused, type RefusedNodes, refusalLine } from '../../graph/refusal-line.ts';
import { elementCount, type Shape } from '../../graph/shape.ts';
import { DATA_TYPES } from '../../importers/onnx/tensors.ts';
import { ExportedNode } from './node.ts';
import { EXPORTS } from './operators/index.ts';
import { encodeModel } from './schema.ts';
import { GraphWriter, type WeightOptions } from './writer.ts';

/** The version of ONNX's operators that is written, and that of the file: engines of 2022 and later read them. */
export const OPSET = 17;
export const IR_VERSION = 8;

/** The batch, which is free. */
const BATCH = 'N';

/** Largest model, in bytes: protobuf ends at 2 GiB. */
const MAX_BYTES = 2 ** 31 - 1;

/** What an ONNX file says of a network besides its graph. */
export interface Description {
  readonly name: string;
  /** For people. */
  readonly text: string;
  /** For programs: `metadata_props`. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** The inputs or outputs of an ONNX model: float32, their first axis the batch. */
export interface OnnxValue {
  readonly name: string;
  /** Without the batch. */
  readonly shape: Shape;
}

/** An ONNX file, and what it takes and gives. */
export interface OnnxFile {
  readonly bytes: Uint8Array;
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
}

/**
 * Writes a graph as an ONNX model. Values keep their names.
 *
 * @param onProgress is told the part of the nodes that is written, 0…1
 * @throws `EXPORT_OPERATOR` with all nodes whose operator has no ONNX form, `EXPORT_TOO_LARGE`, `TENSOR_F16_OVERFLOW`
 */
export function onnxOfGraph(
  graph: PlannedGraph,
  description: Description,
  weights: WeightOptions,
  onProgress: (part: number) => void = () => {},
): OnnxFile {
  const { nodes, inputs, shapes } = graph;
  refuseOperators(nodes);
  if (!weights.coefficients) refuseSize(nodes, weights);
  const writer = new GraphWriter(weights, shapes.keys());
  for (const [index, node] of nodes.entries()) {
    const exported = new ExportedNode(node, graph, writer);
    exported.finish((EXPORTS.get(node.operator) as (node: ExportedNode) => string)(exported));
    onProgress((index + 1) / nodes.length);
  }
  const outputs = outputsOf(graph, writer);
  refuseBytes(writer.tensors.reduce((sum, { rawData }) => sum + rawData.length, 0));
  const { name, text, metadata } = description;
  const bytes = encodeModel({
    irVersion: BigInt(IR_VERSION),
    opsetImport: [{ domain: '', version: BigInt(OPSET) }],
    producerName: 'wjpeg',
    docString: text,
    metadataProps: Object.entries(metadata).map(([key, value]) => ({ key, value })),
    graph: {
      name,
      node: writer.nodes,
      initializer: writer.tensors,
      input: inputs.map(valueInfo),
      output: outputs.map(valueInfo),
    },
  });
  return { bytes, inputs, outputs };
}

function refuseOperators(nodes: readonly GraphNode[]): void {
  const refused: RefusedNodes = new Map();
  for (const { operator, name } of nodes) if (!EXPORTS.has(operator)) addRefused(refused, operator, name);
  if (refused.size === 0) return;
  throw new WjpegError(
    'unsupported',
    'EXPORT_OPERATOR',
    refusalLine([['operators without an ONNX form', refused]]),
  );
}

/** Before weights are expanded. */
function refuseSize(nodes: readonly GraphNode[], { type }: WeightOptions): void {
  const numbers = nodes.reduce((sum, { linear, constants }) => {
    const own = linear ? linear.inFeatures * linear.outFeatures : 0;
    return sum + own + elementCount(constants.weight?.shape ?? [0]);
  }, 0);
  refuseBytes(numbers * (type === 'float16' ? 2 : 4));
}

function refuseBytes(bytes: number): void {
  if (bytes <= MAX_BYTES) return;
  throw new WjpegError(
    'limit',
    'EXPORT_TOO_LARGE',
    `the weights take ${bytes} bytes, an ONNX file ends at ${MAX_BYTES}: write fewer with float16 or coefficients`,
  );
}

/** Each output under a name of its own: one that is an input, or listed twice, gets a node that copies it. */
function outputsOf({ outputs, inputs, shapes }: PlannedGraph, writer: GraphWriter): OnnxValue[] {
  const taken = new Set(inputs.map(({ name }) => name));
  return outputs.map((value) => {
    const shape = shapes.get(value) as Shape;
    if (!taken.has(value)) {
      taken.add(value);
      return { name: value, shape };
    }
    const name = writer.uniqueName(value);
    writer.nodes.push({ opType: 'Identity', name, input: [value], output: [name], attribute: [] });
    return { name, shape };
  });
}

function valueInfo({ name, shape }: OnnxValue): object {
  const dim = [{ dimParam: BATCH }, ...shape.map((extent) => ({ dimValue: BigInt(extent) }))];
  return { name, type: { tensorType: { elemType: DATA_TYPES.float, shape: { dim } } } };
}
