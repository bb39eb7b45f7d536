import type { LinearNode, Network } from '../../weights/network.ts';
import { consumersOf, onlyConsumer } from '../consumers.ts';
import type { GraphNode, PlannedGraph } from '../graph.ts';

/** A step of a graph as executors run it. */
export type GraphStep = NodeStep | ChainStep;

export interface NodeStep {
  readonly kind: 'node';
  readonly node: GraphNode;
}

/** Linear nodes that follow one another, with the ReLU after each of them: one value in, one value out. */
export interface ChainStep {
  readonly kind: 'chain';
  readonly network: Network;
  readonly input: string;
  readonly output: string;
  /** Whether `input` is one of the graph, which may come as coefficients. */
  readonly takesInput: boolean;
}

/**
 * Gathers linear nodes, and the ReLU after them, into chains for as long as nothing else takes the values between them: the
 * executors of linear chains keep such values in layouts of their own. All other nodes are steps by themselves. The order
 * of the graph, which is one in which its nodes can run, is kept.
 */
export function linearChains(graph: PlannedGraph): GraphStep[] {
  const consumers = consumersOf(graph);
  const gathered = new Set<GraphNode>();
  return graph.nodes.flatMap((node): GraphStep[] => {
    if (gathered.has(node)) return [];
    if (node.operator !== 'linear') return [{ kind: 'node', node }];
    const nodes: LinearNode[] = [];
    let [output] = node.outputs;
    let next: GraphNode | undefined = node;
    while (next?.operator === 'linear') {
      gathered.add(next);
      let linear = next.linear as LinearNode;
      [output] = next.outputs;
      next = onlyConsumer(consumers, output);
      if (next?.operator === 'relu') {
        gathered.add(next);
        linear = { ...linear, relu: true };
        [output] = next.outputs;
        next = onlyConsumer(consumers, output);
      }
      nodes.push(linear);
    }
    const [input] = node.inputs;
    const takesInput = graph.inputs.some(({ name }) => name === input);
    return [{ kind: 'chain', network: { nodes: [nodes[0], ...nodes.slice(1)] }, input, output, takesInput }];
  });
}
