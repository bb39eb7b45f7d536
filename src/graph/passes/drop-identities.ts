import type { Graph } from '../graph.ts';

/** Drops nodes that give what they take, such as those that dropout leaves behind; one that gives an output stays. */
export function dropIdentities(graph: Graph): Graph {
  const same = new Map<string, string>();
  const nodes = graph.nodes.flatMap((node) => {
    const inputs = node.inputs.map((name) => same.get(name) ?? name);
    const [output] = node.outputs;
    if (node.operator === 'identity' && !graph.outputs.includes(output)) {
      same.set(output, inputs[0]);
      return [];
    }
    return [{ ...node, inputs }];
  });
  return { ...graph, nodes };
}
