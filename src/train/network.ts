import { WjpegError } from '../errors.ts';
import type { Graph, GraphNode, PlannedGraph } from '../graph/graph.ts';
import { dropIdentities } from '../graph/passes/drop-identities.ts';
import { planGraph } from '../graph/plan.ts';
import { elementCount, type Shape } from '../graph/shape.ts';
import { type TileGeometry, tileGeometry } from '../jpeg/dct/tile-geometry.ts';
import { kernelLayout } from '../weights/kernel-picture.ts';
import type { DenseNode } from '../weights/network.ts';
import { TRAIN_OPERATORS } from './operators/index.ts';
import type { NodeContext, NodePlan } from './operators/operator.ts';
import { matrixSheet, rowsSheet, type SheetShape } from './sheet-shape.ts';

/**
 * A graph as it is trained: linear layers take vectors, a last softmax is left to the loss.
 *
 * @throws `TRAIN_OPERATOR` naming all nodes that cannot be trained
 */
export function trainableGraph(graph: Graph): PlannedGraph {
  const planned = withoutSoftmax(planGraph(dropIdentities(planGraph(graph))));
  const wrong = planned.nodes.filter(({ operator }) => !(operator in TRAIN_OPERATORS));
  if (wrong.length > 0) {
    const list = wrong.map(({ name, operator }) => `${operator} ('${name}')`).join(', ');
    throw new WjpegError(
      'unsupported',
      'TRAIN_OPERATOR',
      `training does not know ${list}; it knows ${Object.keys(TRAIN_OPERATORS).join(', ')}`,
    );
  }
  if (planned.inputs.length !== 1 || planned.outputs.length !== 1) {
    throw new WjpegError(
      'unsupported',
      'TRAIN_OPERATOR',
      `the network has ${planned.inputs.length} inputs and ${planned.outputs.length} outputs, training needs one of each`,
    );
  }
  return planGraph({ ...planned, nodes: planned.nodes.flatMap((node) => flattened(node, planned.shapes)) });
}

function withoutSoftmax(graph: PlannedGraph): PlannedGraph {
  const [output] = graph.outputs;
  const last = graph.nodes.find(({ outputs }) => outputs.includes(output));
  if (last?.operator !== 'softmax') return graph;
  return planGraph({ ...graph, outputs: last.inputs, nodes: graph.nodes.filter((node) => node !== last) });
}

/** A linear node on a feature map takes its pixels in order. */
function flattened(node: GraphNode, shapes: ReadonlyMap<string, Shape>): GraphNode[] {
  const [input] = node.inputs;
  const shape = shapes.get(input) as Shape;
  if (node.operator !== 'linear' || shape.length === 1) return [node];
  const flat = `${node.name}/flat`;
  return [
    { name: flat, operator: 'flatten', inputs: [input], outputs: [flat], attributes: {}, constants: {} },
    { ...node, inputs: [flat] },
  ];
}

/** The weights of a node that has any, in their own order: of a linear one O × I, of a convolution O×I×KH×KW. */
export function weightsOf({ linear, constants }: GraphNode): Float32Array {
  return (linear as DenseNode | undefined)?.weights ?? constants.weight.values;
}

/** The biases of a node; undefined (or null) without. */
export function biasOf({ linear, constants }: GraphNode): Float32Array | null | undefined {
  return (linear as DenseNode | undefined)?.bias ?? constants.bias?.values;
}

/** Makes the tables of a node of a trainable graph, with the parameters that it is to have. */
export function planNode(
  { shapes }: PlannedGraph,
  node: GraphNode,
  place: Pick<NodeContext, 'memory' | 'images'>,
  parameters: Pick<NodeContext, 'weights' | 'bias' | 'normalization'>,
): NodePlan {
  return TRAIN_OPERATORS[node.operator]({
    node,
    inputs: node.inputs.map((name) => shapes.get(name) as Shape),
    output: shapes.get(node.outputs[0]) as Shape,
    ...place,
    ...parameters,
  });
}

/** How the weights of a node are stored; undefined for a node without. */
export function sheetOf(graph: PlannedGraph, node: GraphNode, offset: number): SheetShape | undefined {
  if (node.operator === 'linear') {
    const { inFeatures, outFeatures } = node.attributes as { inFeatures: number; outFeatures: number };
    const tile = pictureTile(graph, node, offset);
    const shape = [outFeatures, inFeatures];
    return tile ? rowsSheet(node.name, shape, tile) : matrixSheet(node.name, shape, 'matrix');
  }
  if (node.operator !== 'conv2d') return undefined;
  const { shape } = node.constants.weight;
  return matrixSheet(node.name, shape, kernelLayout(shape));
}

/** Where the neurons' pictures lie in their blocks, if the node takes a grey picture as it is. */
function pictureTile(
  graph: PlannedGraph,
  { inputs: [value] }: GraphNode,
  offset: number,
): TileGeometry | undefined {
  const [{ name, shape }] = graph.inputs;
  const flat = graph.nodes.find(({ operator, outputs }) => operator === 'flatten' && outputs[0] === value);
  if (flat?.inputs[0] !== name || shape.length !== 3 || shape[0] !== 1) return undefined;
  return tileGeometry(shape[2], shape[1], offset, offset);
}

/** Number of inputs of an output of a node with weights. */
export function fanIn({ shape }: SheetShape): number {
  return elementCount(shape) / shape[0];
}
