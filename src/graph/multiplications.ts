import type { GraphNode, PlannedGraph } from './graph.ts';
import { elementCount, type Shape } from './shape.ts';

/** Multiplications by weights, and of matrices, that a graph takes for one input, if all weights are dense. */
export function multiplications({ nodes, shapes }: Pick<PlannedGraph, 'nodes' | 'shapes'>): number {
  return nodes.reduce((sum, node) => sum + nodeMultiplications(node, shapes), 0);
}

function nodeMultiplications(
  { linear, constants, attributes, operator, inputs, outputs }: GraphNode,
  shapes: ReadonlyMap<string, Shape>,
): number {
  const shapeOf = (value: string): Shape => shapes.get(value) as Shape;
  if (operator === 'linear') {
    const { inFeatures, outFeatures } = linear ?? (attributes as { inFeatures: number; outFeatures: number });
    return inFeatures * outFeatures;
  }
  if (operator === 'matmul') {
    const inner = shapeOf(inputs[0]).at(-1) as number;
    return elementCount(shapeOf(outputs[0])) * inner;
  }
  if (operator !== 'conv2d') return 0;
  const [, ...pixels] = shapeOf(outputs[0]);
  return elementCount(constants.weight.shape) * elementCount(pixels);
}

/**
 * What a node takes for one input, in steps of the plainest loop: its multiplications, or the elements of the windows of a
 * pool and of a map that is made smaller smoothly. What others take is bounded by the elements of their values.
 */
export function nodeWork(node: GraphNode, shapes: ReadonlyMap<string, Shape>): number {
  const elements = elementCount(shapes.get(node.outputs[0]) as Shape);
  const { kernel, antialias, scales } = node.attributes as {
    readonly kernel?: readonly number[];
    readonly antialias?: boolean;
    readonly scales?: readonly number[];
  };
  if (kernel) return elements * elementCount(kernel);
  if (antialias && scales)
    return scales.reduce((product, scale) => (product * 4) / Math.min(1, scale), elements);
  return nodeMultiplications(node, shapes);
}
