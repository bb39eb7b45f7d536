import type { GraphNode } from '../../graph/graph.ts';
import type { DenseLinear } from '../../weights/dense-network.ts';
import {
  type KernelLayout,
  kernelLayout,
  kernelPictureSize,
  kernelsOfMatrix,
  kernelsToMatrix,
} from '../../weights/kernel-picture.ts';
import type { DenseNode } from '../../weights/network.ts';

/** A node whose weights may become a picture. */
export interface Weighted {
  readonly node: GraphNode;
  /** [O, I] of a linear node, [O, I, KH, KW] of a convolution. */
  readonly shape: readonly number[];
  /** How kernels lie in the picture; undefined for linear nodes, whose picture is their matrix. */
  readonly layout: KernelLayout | undefined;
  /** The weights as the picture has them, one row per output, with the node's bias. */
  readonly matrix: DenseLinear;
}

/** The weights of a linear node or a convolution; undefined for other nodes. */
export function weightedNode(node: GraphNode): Weighted | undefined {
  if (node.operator === 'linear') {
    const { inFeatures, outFeatures, weights, bias } = node.linear as DenseNode;
    const matrix = { type: 'linear' as const, name: node.name, inFeatures, outFeatures, weights, bias };
    return {
      node,
      shape: [outFeatures, inFeatures],
      layout: undefined,
      matrix,
    };
  }
  if (node.operator !== 'conv2d') return undefined;
  const { weight, bias } = node.constants;
  const { shape, values } = weight;
  const layout = kernelLayout(shape);
  const { rows, columns } = kernelPictureSize(shape, layout);
  const matrix = {
    type: 'linear' as const,
    name: node.name,
    inFeatures: columns,
    outFeatures: rows,
    weights: kernelsToMatrix(values, shape, layout),
    bias: bias?.values ?? null,
  };
  return { node, shape, layout, matrix };
}

/** The node with other weights, given as its picture has them, and another bias. */
export function withWeights(
  { node, shape, layout }: Weighted,
  matrix: Float32Array,
  bias: Float32Array | null,
): GraphNode {
  if (layout === undefined) {
    return { ...node, linear: { ...(node.linear as DenseNode), weights: matrix, bias } };
  }
  const values = kernelsOfMatrix(matrix, shape, layout);
  const constants = {
    ...node.constants,
    weight: { shape, values },
    ...(bias && { bias: { shape: [bias.length], values: bias } }),
  };
  return { ...node, constants };
}
