import type { Graph, GraphNode } from '../../graph/graph.ts';
import { namer } from '../../graph/namer.ts';

/**
 * Lets the outputs of a graph be called as the model calls them, where values are called by the nodes that give them. An
 * output that is an input, or the same value as one before it, keeps its name.
 */
export function nameOutputs(graph: Graph, names: readonly string[]): Graph {
  const taken = new Set(graph.inputs.map(({ name }) => name));
  const renamed = new Map<string, string>();
  graph.outputs.forEach((value, index) => {
    if (taken.has(value) || renamed.has(value)) return;
    renamed.set(value, names[index]);
  });
  const values = graph.nodes.flatMap(({ outputs }) => outputs);
  const wanted = new Set(renamed.values());
  const unique = namer([...taken, ...values, ...wanted]);
  // A model's nodes and values may have the same names.
  for (const value of values) if (wanted.has(value) && !renamed.has(value)) renamed.set(value, unique(value));
  const now = (value: string): string => renamed.get(value) ?? value;
  const nodes = graph.nodes.map(
    (node): GraphNode => ({
      ...node,
      name: node.name === node.outputs[0] ? now(node.name) : node.name,
      inputs: node.inputs.map(now),
      outputs: node.outputs.map(now),
    }),
  );
  return { ...graph, nodes, outputs: graph.outputs.map(now) };
}
