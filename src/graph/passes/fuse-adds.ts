import type { FusedConv2dAttributes } from '../../../kernels/conv2d/attributes.ts';
import { type ConvolutionOptions, wayOf } from '../../../kernels/conv2d/ways.ts';
import { consumersOf, onlyConsumer } from '../consumers.ts';
import type { Graph, GraphNode, PlannedGraph } from '../graph.ts';
import type { Shape } from '../shape.ts';

/**
 * Makes the sum of a convolution and another value of its shape part of the convolution, as residual networks have them: the other value
 * becomes its second input. For the backend whose kernels add it, `wasm`: `how` it multiplies.
 */
export function fuseAdds(graph: PlannedGraph, how: ConvolutionOptions): Graph {
  const consumers = consumersOf(graph);
  const fused = new Map<GraphNode, GraphNode>();
  graph.nodes.forEach((node) => {
    if (!addsInKernel(node, graph, how)) return;
    const [value] = node.outputs;
    const sum = value === graph.entry ? undefined : onlyConsumer(consumers, value);
    if (sum?.operator !== 'add' || sum.inputs.length !== 2) return;
    const other = sum.inputs.find((name) => name !== value) as string;
    if (graph.shapes.get(other)?.join() !== graph.shapes.get(value)?.join()) return;
    // Of two convolutions the one that comes last: the other one's value is there by then.
    fused.set(sum, { ...node, inputs: [node.inputs[0], other], outputs: sum.outputs });
  });
  const gone = new Set([...fused.values()].map(({ name }) => name));
  const nodes = graph.nodes.flatMap((node) => fused.get(node) ?? (gone.has(node.name) ? [] : [node]));
  return { ...graph, nodes };
}

function addsInKernel(
  { operator, attributes, constants, outputs }: GraphNode,
  { shapes }: PlannedGraph,
  how: ConvolutionOptions,
): boolean {
  if (operator === 'transformed-conv2d') return true;
  if (operator !== 'conv2d') return false;
  const [, ...map] = shapes.get(outputs[0]) as Shape;
  const { kind } = wayOf(constants.weight.shape, attributes as FusedConv2dAttributes, map, how);
  return kind !== 'depthwise' && kind !== 'lines';
}
