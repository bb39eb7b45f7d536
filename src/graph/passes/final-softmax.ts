import type { Graph } from '../graph.ts';

/**
 * Lets a graph answer with logits: where its first output is a softmax of a whole vector that nothing else takes, the output
 * becomes what the softmax takes. A session gives logits and their softmax, whether or not the network ends in one.
 */
export function dropFinalSoftmax(graph: Graph, outputShapeRank: (value: string) => number): Graph {
  const [first, ...others] = graph.outputs;
  const last = graph.nodes.find(({ outputs }) => outputs.includes(first));
  if (last?.operator !== 'softmax' || outputShapeRank(first) !== 1) return graph;
  const isTaken = others.includes(first) || graph.nodes.some(({ inputs }) => inputs.includes(first));
  if (isTaken) return graph;
  return {
    ...graph,
    outputs: [last.inputs[0], ...others],
    nodes: graph.nodes.filter((node) => node !== last),
  };
}
