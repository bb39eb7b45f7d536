import { ExpandedKernels, type PictureKernels } from '../../weights/kernel-picture.ts';
import type { LinearNode, MatrixNode } from '../../weights/network.ts';
import { consumersOf, onlyConsumer } from '../consumers.ts';
import type { Graph, GraphNode } from '../graph.ts';

/**
 * Folds each batch norm into the linear node or convolution before it, where nothing else takes the value between them: its
 * scale goes into the rows' scales (or the dense weights), its offset into the bias. Others stay, and run per channel.
 */
export function foldBatchNorm(graph: Graph): Graph {
  const consumers = consumersOf(graph);
  const folded = new Map<GraphNode, GraphNode | undefined>();
  for (const node of graph.nodes) {
    if (node.operator !== 'linear' && node.operator !== 'conv2d') continue;
    const norm = onlyConsumer(consumers, node.outputs[0]);
    if (norm?.operator !== 'batch-norm') continue;
    const { scale, offset } = norm.constants;
    folded.set(node, {
      ...node,
      outputs: norm.outputs,
      ...(node.operator === 'linear'
        ? { linear: scaleRows(node.linear as LinearNode, scale.values, offset.values) }
        : scaleConvolution(node, scale.values, offset.values)),
    });
    folded.set(norm, undefined);
  }
  const nodes = graph.nodes.flatMap((node) => {
    const kept = folded.has(node) ? folded.get(node) : node;
    return kept === undefined ? [] : [kept];
  });
  return { ...graph, nodes };
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
