import { ExpandedKernels, type PictureKernels } from '../../weights/kernel-picture.ts';
import type { LinearNode, MatrixNode } from '../../weights/network.ts';
import { consumersOf, onlyConsumer } from '../consumers.ts';
import type { Graph, GraphNode } from '../graph.ts';
import { type ChannelAffine, channelAffine } from './channel-affine.ts';

/**
 * Folds what scales and shifts the outputs of a linear node or a convolution per channel into it, where nothing else takes the
 * value between them: batch norms, and arithmetic with constants, as biases that a model adds by a node of their own. Scales go
 * into the rows' scales (or the dense weights), offsets into the bias. Others stay, and run as they are.
 */
export function foldAffine(graph: Graph): Graph {
  const consumers = consumersOf(graph);
  const folded = new Map<GraphNode, GraphNode | undefined>();
  for (const node of graph.nodes) {
    let into = node;
    for (;;) {
      const next = onlyConsumer(consumers, into.outputs[0]);
      if (next === undefined) break;
      const affine = affineAfter(into, next);
      if (affine === undefined) break;
      const { trained: _, ...rest } = into;
      const { outputs, trained } = next;
      into = { ...rest, outputs, ...scaled(into, affine), ...(trained && { trained }) };
      folded.set(node, into);
      folded.set(next, undefined);
    }
  }
  const nodes = graph.nodes.flatMap((node) => {
    const kept = folded.has(node) ? folded.get(node) : node;
    return kept === undefined ? [] : [kept];
  });
  return { ...graph, nodes };
}

function affineAfter(node: GraphNode, next: GraphNode): ChannelAffine | undefined {
  if (node.operator === 'linear') return channelAffine(next, (node.linear as LinearNode).outFeatures, 1);
  // Channels × height × width.
  if (node.operator === 'conv2d') return channelAffine(next, node.constants.weight.shape[0], 3);
  return undefined;
}

function scaled(node: GraphNode, { scale, offset }: ChannelAffine): Partial<GraphNode> {
  return node.operator === 'linear'
    ? { linear: scaleRows(node.linear as LinearNode, scale, offset) }
    : scaleConvolution(node, scale, offset);
}

/** The kernels and bias that give scale·y + offset where those of a convolution give y; a picture keeps its coefficients. */
function scaleConvolution(
  { constants, kernels }: GraphNode,
  scale: Float32Array,
  offset: Float32Array,
): Pick<GraphNode, 'constants' | 'kernels'> {
  if (kernels === undefined) return { constants: scaleChannels(constants, scale, offset) };
  const matrix = scaleRows(kernels.matrix, scale, offset) as MatrixNode;
  return withKernels(constants, { ...kernels, matrix });
}

/** The weight and bias that give scale·y + offset where `constants` give y; one number per output channel. */
function scaleChannels(
  { weight, bias }: GraphNode['constants'],
  scale: Float32Array,
  offset: Float32Array,
): GraphNode['constants'] {
  const perChannel = weight.values.length / scale.length;
  return {
    weight: {
      shape: weight.shape,
      values: weight.values.map((value, at) => value * scale[Math.floor(at / perChannel)]),
    },
    bias: {
      shape: [scale.length],
      values: Float32Array.from(
        offset,
        (shift, channel) => (bias?.values[channel] ?? 0) * scale[channel] + shift,
      ),
    },
  };
}

/** The linear node that gives scale·y + offset where `linear` gives y; `scale` and `offset` have one number per row. */
function scaleRows(linear: LinearNode, scale: Float32Array, offset: Float32Array): LinearNode {
  const { outFeatures, inFeatures } = linear;
  const bias = Float32Array.from(offset, (shift, row) => (linear.bias?.[row] ?? 0) * scale[row] + shift);
  const perRow = (values: Float32Array): Float32Array =>
    Float32Array.from(
      { length: outFeatures },
      (_, row) => values[values.length === 1 ? 0 : row] * scale[row],
    );
  if (linear.kind === 'dense') {
    const weights = linear.weights.map((weight, at) => weight * scale[Math.floor(at / inFeatures)]);
    return { ...linear, bias, weights };
  }
  return { ...linear, bias, scale: perRow(linear.scale), offset: linear.offset && perRow(linear.offset) };
}

/** The constants of a convolution whose kernels, with its bias, are those of a picture. */
export function withKernels(
  constants: GraphNode['constants'],
  kernels: PictureKernels,
): Pick<GraphNode, 'constants' | 'kernels'> {
  const { bias, outFeatures } = kernels.matrix;
  return {
    kernels,
    constants: {
      ...constants,
      weight: new ExpandedKernels(kernels),
      ...(bias && { bias: { shape: [outFeatures], values: bias } }),
    },
  };
}
