import type { GraphNode, PlannedGraph } from '../graph.ts';

/** Operators whose outputs are never negative. */
const ALWAYS: ReadonlySet<string> = new Set(['abs', 'hard-sigmoid', 'relu', 'sigmoid', 'softmax']);
/** Those whose outputs are not, where no input and no constant is: they choose, move, average, add or multiply. */
const IF_INPUTS: ReadonlySet<string> = new Set([
  ...['add', 'maximum', 'minimum', 'multiply'],
  ...['average-pool', 'global-average-pool', 'global-max-pool', 'max-pool'],
  ...['concatenate', 'depth-to-space', 'flatten', 'gather', 'identity', 'reshape', 'slice', 'space-to-depth'],
  ...['tile', 'transpose'],
]);

/**
 * Tells each convolution whose input is known to have no negative elements, by `isNonNegative`, and whether it is one of the network's, by
 * `isGiven`: for kernels that gain by it.
 */
export function markNonNegative(graph: PlannedGraph): PlannedGraph {
  const known = new Set<string>();
  const nodes = graph.nodes.map((node): GraphNode => {
    if (givesNone(node, known)) for (const value of node.outputs) known.add(value);
    // What is given in its place may be anything.
    if (graph.entry !== undefined) known.delete(graph.entry);
    if (node.operator !== 'conv2d') return node;
    const isNonNegative = known.has(node.inputs[0]);
    const isGiven = graph.inputs.some(({ name }) => name === node.inputs[0]);
    return { ...node, attributes: { ...node.attributes, isNonNegative, isGiven } };
  });
  return { ...graph, nodes };
}

/** Whether a node gives no negative elements. */
function givesNone(
  { operator, attributes, inputs, constants }: GraphNode,
  known: ReadonlySet<string>,
): boolean {
  const { min, value } = attributes as { readonly min?: number; readonly value?: number };
  if (ALWAYS.has(operator) || (operator === 'clip' && (min as number) >= 0)) return true;
  const isKept = IF_INPUTS.has(operator) || (operator === 'pad' && (value as number) >= 0);
  return (
    isKept &&
    inputs.every((name) => known.has(name)) &&
    Object.values(constants).every(({ values }) => values.every((element) => element >= 0))
  );
}
