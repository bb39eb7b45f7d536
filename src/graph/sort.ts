import { WjpegError } from '../errors.ts';
import type { Graph, GraphNode } from './graph.ts';

/**
 * Puts the nodes of a graph into an order in which each comes after those whose values it takes; nodes that could run at
 * the same time keep the order that they have (Kahn's algorithm, with a list of ready nodes by place).
 *
 * @throws GRAPH_DUPLICATE_VALUE where two nodes or inputs give a value of the same name
 * @throws GRAPH_MISSING_VALUE where a node or output names a value that nothing gives
 * @throws GRAPH_CYCLE where nodes wait for each other
 */
export function sortNodes(graph: Graph): GraphNode[] {
  const producer = producers(graph);
  const waiting = graph.nodes.map(
    ({ name, inputs }) =>
      inputs.filter((value) => lookUp(producer, value, `node '${name}'`) !== undefined).length,
  );
  for (const value of graph.outputs) lookUp(producer, value, 'the list of outputs');
  const consumers: number[][] = graph.nodes.map(() => []);
  graph.nodes.forEach(({ inputs }, index) => {
    for (const value of inputs) {
      const from = producer.get(value);
      if (from !== undefined && from !== null) consumers[from].push(index);
    }
  });

  const ready = waiting.flatMap((count, index) => (count === 0 ? [index] : []));
  const order: GraphNode[] = [];
  for (let at = 0; at < ready.length; at++) {
    order.push(graph.nodes[ready[at]]);
    for (const next of consumers[ready[at]]) {
      waiting[next]--;
      if (waiting[next] === 0) ready.push(next);
    }
  }
  if (order.length < graph.nodes.length) {
    const stuck = graph.nodes.filter((_, index) => waiting[index] > 0).map(({ name }) => `'${name}'`);
    throw new WjpegError(
      'corrupt',
      'GRAPH_CYCLE',
      `nodes ${stuck.slice(0, 5).join(', ')}${stuck.length > 5 ? ', …' : ''} wait for each other's values: the graph has a cycle`,
    );
  }
  return order;
}

/** Value → index of the node that gives it, null for an input of the graph. */
function producers({ inputs, nodes }: Graph): Map<string, number | null> {
  const producer = new Map<string, number | null>();
  const add = (value: string, from: number | null): void => {
    if (producer.has(value)) {
      throw new WjpegError(
        'corrupt',
        'GRAPH_DUPLICATE_VALUE',
        `two nodes or inputs give the value '${value}'`,
      );
    }
    producer.set(value, from);
  };
  for (const { name } of inputs) add(name, null);
  nodes.forEach(({ outputs }, index) => {
    for (const value of outputs) add(value, index);
  });
  return producer;
}

/** Index of the node that gives a value; undefined for an input of the graph, which no node has to wait for. */
function lookUp(producer: Map<string, number | null>, value: string, who: string): number | undefined {
  const from = producer.get(value);
  if (from === undefined) {
    throw new WjpegError(
      'corrupt',
      'GRAPH_MISSING_VALUE',
      `${who} takes '${value}', which no node or input gives`,
    );
  }
  return from ?? undefined;
}
