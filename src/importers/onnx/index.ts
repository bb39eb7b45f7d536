import { WjpegError } from '../../errors.ts';
import type { Graph, GraphNode } from '../../graph/graph.ts';
import { namer } from '../../graph/namer.ts';
import { planGraph } from '../../graph/plan.ts';
import type { Shape } from '../../graph/shape.ts';
import { Budget } from './budget.ts';
import { channelsFirst } from './channels-first.ts';
import type { ExternalData } from './external-data.ts';
import { FOLDED_OPERATORS, fold } from './fold/index.ts';
import { readInputs, typeNotes } from './inputs.ts';
import { broadcastAsToday } from './legacy.ts';
import { invalid, readModel } from './model.ts';
import { nameOutputs } from './name-outputs.ts';
import {
  type ComputedValue,
  type ImportContext,
  ImportedNode,
  isKnown,
  UNKNOWN,
  UnsupportedForm,
  type Value,
} from './node.ts';
import { IMPORTS } from './operators/index.ts';
import { onIntegers } from './operators/quantized.ts';
import { isStandard, nodeName, Refusals } from './refusals.ts';
import type { NodeProto } from './schema.ts';
import { sortOnnxNodes } from './sort.ts';
import { type KnownTensor, readTensor } from './tensors.ts';

export type { ExternalData } from './external-data.ts';

/** How to read an ONNX model. */
export interface ImportOnnxOptions {
  /**
   * Shapes of inputs whose sizes the model leaves open, by the input's name, without the batch: `{ image: [3, 240, 320] }`; under the name `''` that of every other input.
   * The network is imported for these sizes only.
   */
  readonly inputShapes?: Readonly<Record<string, Shape>>;
  /** Reads the files beside the model that hold its weights, for models that are saved so. */
  readonly externalData?: ExternalData;
  /** Whether the first axis of every input is the batch; default true. If false, an input is the whole of a tensor. */
  readonly hasBatch?: boolean;
  /**
   * Whether inputs that the model takes as height × width × channels and transposes at once become channels × height × width,
   * as pictures enter networks of wjpeg; default false.
   */
  readonly channelsFirst?: boolean;
  /**
   * Whether activations of quantised models are rounded to their integers as the model says, which takes three more nodes for
   * each; default false: they are only cut off at the ends of their ranges.
   */
  readonly roundActivations?: boolean;
}

/** A network read from an ONNX model. */
export interface OnnxImport {
  readonly graph: Graph;
  /** Names of the model's outputs, in the order of `graph.outputs`, which has the same unless a value is given twice. */
  readonly outputNames: readonly string[];
  /** What the importer decided, for the user to read. */
  readonly notes: readonly string[];
}

/**
 * Reads an ONNX model, opsets 1 to 21, as a graph. The first axis of every input is the batch; a fixed batch becomes free.
 * Nodes that depend on constants and shapes only are computed here.
 *
 * @throws `ONNX_INVALID` for bytes that are no such model, `ONNX_TENSOR` for its tensors, `ONNX_INPUT_SHAPE` for inputs whose
 * sizes are open or given wrongly, `OPERATOR_UNKNOWN` with all operators and forms of them that are unsupported and their
 * nodes, `GRAPH_LIMIT` for models that would take too much memory, and other `GRAPH_…` for graphs that do not fit together
 */
export function importOnnx(bytes: Uint8Array, options: ImportOnnxOptions = {}): OnnxImport {
  const { outputs: values, ...imported } = importValues(bytes, options);
  const outputs = values.map(({ name, value }) => {
    if (isKnown(value)) {
      throw new WjpegError(
        'unsupported',
        'ONNX_INVALID',
        `the model gives the output '${name}', which is a constant`,
      );
    }
    return value.name;
  });
  const notes = [...imported.notes];
  const outputNames = values.map(({ name }) => name);
  const whole = nameOutputs({ ...imported.graph, outputs }, outputNames);
  const graph = options.channelsFirst ? channelsFirst(whole, (text) => notes.push(text)) : whole;
  planGraph(graph);
  return { graph, outputNames, notes };
}

/** A model as imported, with outputs that may be constants. */
export interface ImportedValues {
  readonly graph: Omit<Graph, 'outputs'>;
  readonly outputs: readonly { readonly name: string; readonly value: KnownTensor | ComputedValue }[];
  readonly notes: readonly string[];
}

/** The same with outputs that may be constants. Throws as `importOnnx`. */
export function importValues(bytes: Uint8Array, options: ImportOnnxOptions = {}): ImportedValues {
  const { inputShapes = {}, hasBatch = true, roundActivations = false, externalData } = options;
  const model = readModel(bytes);
  const { graph } = model;
  const initializers = new Map(graph.initializer.map((tensor) => [tensor.name, tensor]));
  const nodes = neededNodes(
    sortOnnxNodes(graph.node, new Set([...graph.input.map(({ name }) => name), ...initializers.keys()])),
    graph.output,
  );
  const refusals = refuseOperators(nodes);
  const { inputs, values: given, batch } = refusals.before(() => readInputs(graph, inputShapes, hasBatch));
  const budget = new Budget();
  budget.addBytes(bytes.length);
  const notes = new Set(typeNotes(graph, inputs));
  const context: ImportContext = {
    opset: model.opset,
    batch,
    budget,
    externalData,
    roundsActivations: roundActivations,
    note: (text) => void notes.add(text),
    uniqueName: namer(inputs.map(({ name }) => name)),
  };
  const values = new Map<string, Value>(given.map((value) => [value.name, value]));
  const lookUp = (name: string): Value | undefined => {
    const tensor = initializers.get(name);
    if (!values.has(name) && tensor) values.set(name, readTensor(tensor, context));
    return values.get(name);
  };
  const imported = nodes.flatMap((proto) => {
    const { results, emitted } = importNode(proto, lookUp, context, refusals);
    proto.output.forEach((output, index) => {
      if (output !== '') values.set(output, results[index] ?? UNKNOWN);
    });
    return emitted;
  });
  refusals.throwIfAny();
  const outputs = graph.output.map(({ name }) => {
    const value = lookUp(name);
    if (value === undefined || value === UNKNOWN) throw invalid(`has no output '${name}'`);
    if (!isKnown(value)) requireReadable(name, value, notes);
    return { name, value };
  });
  return { graph: { inputs, nodes: imported }, outputs, notes: [...notes] };
}

/** An output must have its batch outermost; where it is integers, what they stand for is given. */
function requireReadable(name: string, { batchAxis, quantization }: ComputedValue, notes: Set<string>): void {
  if (batchAxis !== null && batchAxis !== 0) {
    throw new WjpegError(
      'unsupported',
      'ONNX_INVALID',
      `the output '${name}' has the batch as axis ${batchAxis}, expected it as the first`,
    );
  }
  if (quantization?.isDynamic) {
    throw new WjpegError(
      'unsupported',
      'ONNX_INVALID',
      `the output '${name}' is integers whose scale the model computes, expected real numbers`,
    );
  }
  if (quantization !== undefined && (quantization.scale !== 1 || quantization.zeroPoint !== 0)) {
    const { scale, zeroPoint } = quantization;
    notes.add(
      `the output '${name}' is the numbers that its integers stand for, ${scale}·(integer − ${zeroPoint})`,
    );
  }
}

/** Starts the list of refusals with the operators that have no row at all. */
function refuseOperators(nodes: readonly NodeProto[]): Refusals {
  const refusals = new Refusals();
  for (const proto of nodes) {
    if (isKnownOperator(proto)) continue;
    refusals.operator(proto, nodeName(proto));
    refusals.subgraphs(proto, isKnownOperator);
  }
  return refusals;
}

interface ImportedNodes {
  readonly results: readonly Value[];
  readonly emitted: readonly GraphNode[];
}

/** What a node gives, nothing where it is refused or depends on what is; its form is added to the refusals. */
function importNode(
  proto: NodeProto,
  lookUp: (name: string) => Value | undefined,
  context: ImportContext,
  refusals: Refusals,
): ImportedNodes {
  const nothing = { results: [], emitted: [] };
  if (!isKnownOperator(proto)) return nothing;
  return refusals.before(() => {
    const given = proto.input.map((input) => (input === '' ? undefined : lookUp(input)));
    if (given.includes(UNKNOWN)) return nothing;
    const name = context.uniqueName(nodeName(proto));
    try {
      const inputs = context.opset < 7 ? broadcastAsToday(proto, given) : given;
      const node = new ImportedNode(proto, name, inputs, context);
      const results = fold(node) ?? compute(node);
      const missing = node.outputNames.findIndex((output, index) => output !== '' && index >= results.length);
      if (missing >= 0) throw new UnsupportedForm(`gives output ${missing}`);
      return { results, emitted: node.nodes };
    } catch (error) {
      if (!(error instanceof UnsupportedForm)) throw error;
      refusals.form(proto, error.message, name);
      return nothing;
    }
  });
}

function isKnownOperator({ domain, opType }: NodeProto): boolean {
  return isStandard(domain) && (IMPORTS.has(opType) || FOLDED_OPERATORS.includes(opType));
}

/** The values of a node that the network computes. */
function compute(node: ImportedNode): readonly Value[] {
  const run = IMPORTS.get(node.type);
  if (run === undefined) throw new UnsupportedForm("depends on the network's input");
  const result = onIntegers(node, run);
  return isList(result) ? result : [result];
}

function isList(result: Value | readonly Value[]): result is readonly Value[] {
  return Array.isArray(result);
}

/** The nodes that an output depends on, in the same order; values that nothing takes have no name. */
function neededNodes(
  sorted: readonly NodeProto[],
  outputs: readonly { readonly name: string }[],
): NodeProto[] {
  const needed = new Set(outputs.map(({ name }) => name));
  needed.delete('');
  return sorted
    .toReversed()
    .flatMap((proto) => {
      const output = proto.output.map((value) => (needed.has(value) ? value : ''));
      if (output.every((value) => value === '')) return [];
      for (const value of proto.input) needed.add(value);
      return [{ ...proto, output }];
    })
    .toReversed();
}
