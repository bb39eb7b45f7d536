import { prepareGraph } from '../compress/graph/compress-graph.ts';
import { weightedNode } from '../compress/graph/weighted.ts';
import { LayerNames } from '../compress/layer-names.ts';
import { WjpegError } from '../errors.ts';
import { INPUT } from '../format/graph-manifest.ts';
import { isJpeg } from '../format/picture/parts.ts';
import type { Graph, GraphNode, PlannedGraph } from '../graph/graph.ts';
import { multiplications } from '../graph/multiplications.ts';
import { planGraph } from '../graph/plan.ts';
import { elementCount, formatShape, type Shape } from '../graph/shape.ts';
import { fittingArchitectures } from '../importers/architecture/detect.ts';
import { isOnnxModel } from '../importers/file-kinds.ts';
import {
  type NetworkFile,
  type NetworkFileOptions,
  readNetworkFile,
  whatFits,
} from '../importers/network-file.ts';
import { readModel } from '../importers/onnx/model.ts';
import { readSafetensors } from '../safetensors/read.ts';
import type { Tensor } from '../safetensors/tensor.ts';
import { formatBytes, formatCount } from '../text/numbers.ts';
import { formatTable } from '../text/table.ts';
import { visibleText } from '../visible-text.ts';
import type { DenseNetwork } from '../weights/dense-network.ts';
import { describeNode, factLines, type InspectedNode } from './inspect-output.ts';

/** A network before it is compressed, as its file was understood. */
interface InspectedNetwork {
  readonly file: string;
  readonly format: string;
  readonly bytes: number;
  readonly inputs: readonly { readonly name: string; readonly shape: Shape }[];
  readonly outputs: readonly { readonly name: string; readonly shape: Shape }[];
  readonly nodes: readonly (InspectedNode & {
    readonly parameters: number;
    readonly multiplications: number;
  })[];
  /** Weights that can be stored as pictures, what `folded` lists folded into them. */
  readonly layers: readonly {
    /** As it is stored: the value that it gives with what follows it folded. */
    readonly name: string;
    /** The node that has the weights. */
    readonly weightsOf: string;
    readonly shape: Shape;
    readonly layout: string;
    /** Width and height of the picture. */
    readonly sheet: readonly [number, number];
  }[];
  /** Operators of nodes that are folded into the layers. */
  readonly folded: readonly string[];
  readonly parameters: number;
  readonly multiplications: number;
  readonly notes: readonly string[];
}

/** Tensors of which it is not known what network they make. */
interface InspectedTensors {
  readonly file: string;
  readonly format: string;
  readonly bytes: number;
  readonly tensors: readonly { readonly name: string; readonly dtype: string; readonly shape: Shape }[];
  readonly parameters: number;
  /** Names of architectures that have these tensors. */
  readonly architectures: readonly string[];
  /** Why it is no chain of linear layers, and what to do next. */
  readonly why: string;
  readonly next: string;
}

/** Whether the bytes are a network that is to be compressed, not a model of wjpeg. */
export function isNetworkFile(bytes: Uint8Array): boolean {
  const isZip = bytes[0] === 0x50 && bytes[1] === 0x4b;
  return !isZip && !isJpeg(bytes) && (isOnnxModel(bytes) || bytes[8] === 0x7b);
}

/**
 * A network, or of safetensors without an architecture the tensors.
 *
 * @throws what `readNetworkFile` throws
 */
export function inspectNetwork(
  file: string,
  bytes: Uint8Array,
  options: NetworkFileOptions,
): InspectedNetwork | InspectedTensors {
  const isOnnx = isOnnxModel(bytes);
  const format = isOnnx ? `ONNX, opset ${readModel(bytes).opset}` : 'safetensors';
  let read: NetworkFile;
  try {
    read = readNetworkFile(bytes, { ...options, file });
  } catch (error) {
    const isOpen = error instanceof WjpegError && /^(MODEL|ARCHITECTURE)_/.test(error.code);
    if (isOnnx || !isOpen || options.architecture !== undefined || error.code === 'MODEL_WRONG_FILE')
      throw error;
    return { file, format, bytes: bytes.length, ...openTensors(readSafetensors(bytes), file, error) };
  }
  const graph = planGraph('nodes' in read.network ? read.network : chainGraph(read.network));
  const shapeOf = (name: string): Shape => graph.shapes.get(name) as Shape;
  const nodes = graph.nodes.map((node) => ({
    name: node.name,
    operator: node.operator,
    inputs: node.inputs,
    shape: shapeOf(node.outputs[0]),
    attributes: node.operator === 'linear' ? {} : node.attributes,
    parameters: parametersOf(node),
    multiplications: multiplications({ ...graph, nodes: [node] }),
  }));
  const prepared = prepareGraph(graph);
  return {
    file,
    format,
    bytes: bytes.length,
    inputs: graph.inputs,
    outputs: graph.outputs.map((name) => ({ name, shape: shapeOf(name) })),
    nodes,
    layers: pictures(prepared),
    folded: foldedOperators(graph, prepared),
    parameters: nodes.reduce((sum, { parameters }) => sum + parameters, 0),
    multiplications: multiplications(graph),
    notes: read.notes,
  };
}

function openTensors(
  tensors: ReadonlyMap<string, Tensor>,
  file: string,
  error: WjpegError,
): Pick<InspectedTensors, 'tensors' | 'parameters' | 'architectures' | 'why' | 'next'> {
  const list = [...tensors].map(([name, { dtype, shape }]) => ({ name, dtype, shape }));
  const isMissing = error.code === 'ARCHITECTURE_MISSING';
  return {
    tensors: list,
    parameters: list.reduce((sum, { shape }) => sum + elementCount(shape), 0),
    architectures: fittingArchitectures(tensors).map(({ name }) => name),
    why: isMissing
      ? 'unknown: a safetensors file does not say how its layers follow one another'
      : `unknown: ${error.message}`,
    next: whatFits(tensors, file),
  };
}

/** The layers of a chain as nodes of a graph. */
function chainGraph({ layers }: DenseNetwork): Graph {
  const [first] = layers;
  const length = first.type === 'linear' ? first.inFeatures : 0;
  const taken = new LayerNames();
  taken.next(INPUT);
  const names = layers.map(
    (layer, index) => taken.next(layer.type === 'linear' ? layer.name : `${layer.type} ${index}`).name,
  );
  const nodes = layers.map((layer, index): GraphNode => {
    const common = {
      name: names[index],
      operator: layer.type,
      inputs: [index === 0 ? INPUT : names[index - 1]],
      outputs: [names[index]],
      constants: {},
    };
    if (layer.type !== 'linear')
      return { ...common, attributes: layer.type === 'softmax' ? { axis: -1 } : {} };
    const { type: _, ...linear } = layer;
    const { inFeatures, outFeatures } = layer;
    return {
      ...common,
      attributes: { inFeatures, outFeatures },
      linear: { ...linear, kind: 'dense', relu: false },
    };
  });
  return { inputs: [{ name: INPUT, shape: [length] }], outputs: names.slice(-1), nodes };
}

function parametersOf({ linear, constants }: GraphNode): number {
  const own = linear ? linear.inFeatures * linear.outFeatures + (linear.bias?.length ?? 0) : 0;
  return Object.values(constants).reduce((sum, { shape }) => sum + elementCount(shape), own);
}

/** What `wjpeg compress` tries as pictures. */
function pictures(prepared: PlannedGraph): InspectedNetwork['layers'] {
  return prepared.nodes.flatMap((node) => {
    const weighted = weightedNode(node);
    if (weighted === undefined) return [];
    const { shape, layout = 'matrix', matrix } = weighted;
    const [name] = node.outputs;
    const sheet = [matrix.inFeatures, matrix.outFeatures] as const;
    return [{ name, weightsOf: node.name, shape, layout, sheet }];
  });
}

/** What `foldAffine` folds, as people call it. */
const FOLDED: Readonly<Record<string, string>> = {
  'batch-norm': 'batch norms',
  add: 'biases',
  subtract: 'biases',
  multiply: 'scales',
  divide: 'scales',
};

function foldedOperators(graph: PlannedGraph, prepared: PlannedGraph): string[] {
  const kept = new Set(prepared.nodes.map(({ name }) => name));
  const folded = graph.nodes.filter(
    ({ name, operator }) => !kept.has(name) && Object.hasOwn(FOLDED, operator),
  );
  return [...new Set(folded.map(({ operator }) => operator))];
}

/** What `wjpeg inspect` prints of it. */
export function describeNetwork(inspected: InspectedNetwork | InspectedTensors): string {
  return 'tensors' in inspected ? describeTensors(inspected) : describeGraph(inspected);
}

function describeGraph(network: InspectedNetwork): string {
  const { file, format, bytes, inputs, outputs, nodes, layers, parameters, notes } = network;
  const named = (values: InspectedNetwork['inputs']): string =>
    values.map(({ name, shape }) => `${name} ${formatShape(shape)}`).join(', ');
  const facts = factLines([
    ['file', `${file}, ${formatBytes(bytes)}`],
    ['format', format],
    ['input', named(inputs)],
    ['output', named(outputs)],
    ['parameters', `${formatCount(parameters)}, ${formatBytes(4 * parameters)} as float32`],
    ['multiplications', `${formatCount(network.multiplications)} per input`],
  ]);
  const graph = [
    ['node', 'operator', 'takes', 'gives', 'parameters', 'multiplications'],
    ...nodes.map((node) => [
      ...describeNode(node),
      node.parameters === 0 ? '' : formatCount(node.parameters),
      node.multiplications === 0 ? '' : formatCount(node.multiplications),
    ]),
  ];
  const rows = layers.map(({ name, weightsOf, shape, layout, sheet }) => [
    name,
    weightsOf,
    formatShape(shape),
    layout,
    sheet.join('×'),
  ]);
  const table = formatTable([['layer', 'weights of', 'shape', 'as a picture', 'sheet'], ...rows], 2);
  return [
    facts,
    formatTable(graph, 4),
    `${table}\n\n${picturesNote(network.folded)}`,
    ...notes.map((note) => visibleText(note)),
  ]
    .map((part) => `${part}\n`)
    .join('\n');
}

function picturesNote(folded: readonly string[]): string {
  const words = [...new Set(folded.map((operator) => FOLDED[operator]))];
  const what = words.length === 0 ? '' : `, ${words.join(' and ')} folded into them`;
  return `wjpeg compress stores these layers as pictures where that takes fewer bytes than numbers${what}.`;
}

function describeTensors({ file, format, bytes, tensors, parameters, why, next }: InspectedTensors): string {
  const facts = factLines([
    ['file', `${file}, ${formatBytes(bytes)}`],
    ['format', format],
    ['tensors', `${tensors.length}, ${formatCount(parameters)} numbers`],
    ['network', why],
  ]);
  const rows = tensors.map(({ name, dtype, shape }) => [name, dtype, formatShape(shape)]);
  return `${facts}\n\n${formatTable([['tensor', 'type', 'shape'], ...rows], 2)}\n\nnext: ${visibleText(next)}\n`;
}
