import { consumersOf, onlyConsumer } from '../../graph/consumers.ts';
import type { Graph, GraphNode } from '../../graph/graph.ts';
import { formatShape, type Shape } from '../../graph/shape.ts';

/** Channels that pictures have. */
const MAX_CHANNELS = 4;

/**
 * Lets pictures enter as channels × height × width, as wjpeg reads them, where a model takes them as height × width × channels
 * and turns them round at once, as those of TensorFlow do: the node that turns them is left out.
 */
export function channelsFirst(graph: Graph, note: (text: string) => void): Graph {
  const consumers = consumersOf(graph);
  const turned = new Map<string, GraphNode>();
  for (const { name, shape } of graph.inputs) {
    const node = onlyConsumer(consumers, name);
    if (node && !graph.outputs.includes(node.outputs[0]) && turnsRound(node, shape)) turned.set(name, node);
  }
  if (turned.size === 0) return graph;
  const left = new Set(turned.values());
  const renamed = new Map([...turned].map(([input, { outputs }]) => [outputs[0], input]));
  const inputs = graph.inputs.map(({ name, shape }) => {
    if (!turned.has(name)) return { name, shape };
    const [height, width, channels] = shape;
    const first = [channels, height, width];
    note(
      `the input '${name}' takes channels first, ${formatShape(first)}; the ONNX model takes ${formatShape(shape)}`,
    );
    return { name, shape: first };
  });
  const nodes = graph.nodes
    .filter((node) => !left.has(node))
    .map((node) => ({ ...node, inputs: node.inputs.map((value) => renamed.get(value) ?? value) }));
  return { ...graph, inputs, nodes };
}

/** Whether the node makes channels × height × width of height × width × channels. */
function turnsRound({ operator, attributes }: GraphNode, shape: Shape): boolean {
  const [height, width, channels] = shape;
  if (shape.length !== 3 || channels > MAX_CHANNELS) return false;
  const { permutation, shape: target } = attributes as { permutation?: Shape; shape?: Shape };
  if (operator === 'transpose') return permutation?.join() === '2,0,1';
  return operator === 'reshape' && target?.join() === [1, height, width].join();
}
