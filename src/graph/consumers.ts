import type { Graph, GraphNode } from './graph.ts';

/** Who takes a value: nodes, once for each time they name it, and `undefined` for the graph's own list of outputs. */
export function consumersOf(graph: Graph): ReadonlyMap<string, readonly (GraphNode | undefined)[]> {
  const consumers = new Map<string, (GraphNode | undefined)[]>();
  const add = (value: string, consumer: GraphNode | undefined): void => {
    const known = consumers.get(value);
    if (known === undefined) consumers.set(value, [consumer]);
    else known.push(consumer);
  };
  for (const node of graph.nodes) for (const value of node.inputs) add(value, node);
  for (const value of graph.outputs) add(value, undefined);
  return consumers;
}

/** The only node that takes a value; undefined if there is none, or more than one taker. */
export function onlyConsumer(
  consumers: ReadonlyMap<string, readonly (GraphNode | undefined)[]>,
  value: string,
): GraphNode | undefined {
  const takers = consumers.get(value) ?? [];
  return takers.length === 1 ? takers[0] : undefined;
}
