import type { Graph } from '../graph.ts';

/** Drops the nodes that no output needs. The nodes must be in an order in which they can run. */
export function dropUnused(graph: Graph): Graph {
  const needed = new Set(graph.outputs);
  const nodes = graph.nodes.toReversed().filter(({ inputs, outputs }) => {
    if (!outputs.some((value) => needed.has(value))) return false;
    for (const value of inputs) needed.add(value);
    return true;
  });
  return { ...graph, nodes: nodes.toReversed() };
}
