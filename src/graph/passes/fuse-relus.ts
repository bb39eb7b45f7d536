import { consumersOf, onlyConsumer } from '../consumers.ts';
import type { Graph, GraphNode } from '../graph.ts';

const CONVOLUTIONS: ReadonlySet<string> = new Set(['conv2d', 'transformed-conv2d']);

/** Makes a ReLU part of the convolution before it, where nothing else takes the value between them; for backends whose kernels do both. */
export function fuseRelus(graph: Graph): Graph {
  const consumers = consumersOf(graph);
  const fused = new Set<GraphNode>();
  const nodes = graph.nodes.map((node) => {
    if (!CONVOLUTIONS.has(node.operator)) return node;
    const relu = onlyConsumer(consumers, node.outputs[0]);
    // At the entry values may come from elsewhere, which the ReLU must see.
    if (relu?.operator !== 'relu' || node.outputs[0] === graph.entry) return node;
    fused.add(relu);
    return { ...node, outputs: relu.outputs, attributes: { ...node.attributes, relu: true } };
  });
  return { ...graph, nodes: nodes.filter((node) => !fused.has(node)) };
}
