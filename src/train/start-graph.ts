import { WjpegError } from '../errors.ts';
import { INPUT } from '../format/graph-manifest.ts';
import type { Graph, GraphNode, PlannedGraph } from '../graph/graph.ts';
import { elementCount, type Shape } from '../graph/shape.ts';
import type { DenseNetwork } from '../weights/dense-network.ts';
import { buildNet } from './nets/index.ts';
import { trainableGraph, weightsOf } from './network.ts';
import type { TrainOptions } from './options.ts';

/**
 * The network of a run: that of a description with weights of zero, or one with weights to go on from.
 *
 * @param input channels × height × width of the pictures
 * @param outputs number of classes
 * @throws WjpegError `TRAIN_START` if it takes or gives something else, `TRAIN_MEMORY` if it is too large,
 *   `TRAIN_OPERATOR`, `NET_…`, `GRAPH_…`
 */
export function networkToTrain(
  start: Graph | Pick<TrainOptions, 'net' | 'bias'>,
  input: Shape,
  outputs: number,
): PlannedGraph {
  const graph = trainableGraph(
    'nodes' in start ? start : buildNet(start.net, input, { outputs, bias: start.bias }),
  );
  checkWeights(graph);
  const wanted = graph.inputs[0].shape;
  const fits = wanted.length === 1 ? wanted[0] === elementCount(input) : String(wanted) === String(input);
  if (!fits) {
    throw new WjpegError(
      'misuse',
      'TRAIN_START',
      `the network takes ${wanted.join('×')}, the pictures are ${input.join('×')} (channels × height × width)`,
    );
  }
  const classes = elementCount(graph.shapes.get(graph.outputs[0]) ?? []);
  if (classes === outputs) return graph;
  throw new WjpegError(
    'misuse',
    'TRAIN_START',
    `the network gives ${classes} numbers, expected ${outputs}, one per class`,
  );
}

/** Training holds four floats for each weight, in a WebAssembly memory of 4 GiB at most. */
const MAX_WEIGHTS = 2 ** 28;

/** Said at once: laying out such a network takes minutes. */
function checkWeights({ nodes }: PlannedGraph): void {
  const count = nodes.reduce((sum, node) => sum + (hasWeights(node) ? weightsOf(node).length : 0), 0);
  if (count <= MAX_WEIGHTS) return;
  throw new WjpegError(
    'misuse',
    'TRAIN_MEMORY',
    `the network has ${count} weights, at most ${MAX_WEIGHTS} can be trained: choose a smaller one`,
  );
}

function hasWeights({ linear, constants }: GraphNode): boolean {
  return linear !== undefined || constants.weight !== undefined;
}

/** A chain of linear layers as a graph that takes pictures, channels × height × width. */
export function graphOfChain({ layers }: DenseNetwork, input: Shape): Graph {
  let value = INPUT;
  const nodes = layers.map((layer, index): GraphNode => {
    const name = layer.type === 'linear' ? layer.name : `${layer.type} ${index}`;
    const common = { name, operator: layer.type, inputs: [value], outputs: [name], constants: {} };
    value = name;
    if (layer.type !== 'linear')
      return { ...common, attributes: layer.type === 'softmax' ? { axis: 0 } : {} };
    const { inFeatures, outFeatures, weights, bias } = layer;
    const linear = { kind: 'dense', name, inFeatures, outFeatures, weights, bias, relu: false } as const;
    return { ...common, attributes: { inFeatures, outFeatures }, linear };
  });
  return { inputs: [{ name: INPUT, shape: input }], outputs: [value], nodes };
}
