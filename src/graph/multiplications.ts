import type { PlannedGraph } from './graph.ts';
import { elementCount, type Shape } from './shape.ts';

/** Multiplications by weights that a graph takes for one input, if all of them are dense. */
export function multiplications({ nodes, shapes }: PlannedGraph): number {
  return nodes.reduce((sum, { linear, constants, operator, outputs }) => {
    if (linear) return sum + linear.inFeatures * linear.outFeatures;
    if (operator !== 'conv2d') return sum;
    const [, ...pixels] = shapes.get(outputs[0]) as Shape;
    return sum + elementCount(constants.weight.shape) * elementCount(pixels);
  }, 0);
}
