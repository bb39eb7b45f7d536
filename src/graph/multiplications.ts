import type { PlannedGraph } from './graph.ts';
import { elementCount, type Shape } from './shape.ts';

/** Multiplications by weights, and of matrices, that a graph takes for one input, if all weights are dense. */
export function multiplications({ nodes, shapes }: Pick<PlannedGraph, 'nodes' | 'shapes'>): number {
  const shapeOf = (value: string): Shape => shapes.get(value) as Shape;
  return nodes.reduce((sum, { linear, constants, attributes, operator, inputs, outputs }) => {
    if (operator === 'linear') {
      const { inFeatures, outFeatures } =
        linear ?? (attributes as { inFeatures: number; outFeatures: number });
      return sum + inFeatures * outFeatures;
    }
    if (operator === 'matmul') {
      const inner = shapeOf(inputs[0]).at(-1) as number;
      return sum + elementCount(shapeOf(outputs[0])) * inner;
    }
    if (operator !== 'conv2d') return sum;
    const [, ...pixels] = shapeOf(outputs[0]);
    return sum + elementCount(constants.weight.shape) * elementCount(pixels);
  }, 0);
}
