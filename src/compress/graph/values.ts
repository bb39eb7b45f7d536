import type { GraphNode, PlannedGraph } from '../../graph/graph.ts';
import { planGraph } from '../../graph/plan.ts';
import type { Shape } from '../../graph/shape.ts';
import { EXECUTOR_DEFAULTS } from '../../runtime/backends/backend.ts';
import { findBackend } from '../../runtime/backends/registry.ts';
import { createGraphExecutor } from '../../runtime/graph/create.ts';
import { isView } from '../../runtime/graph/kernels.ts';

/** Values of a graph for a number of inputs, by name: `count` × the elements of each, float32. */
export type Values = Map<string, Float32Array>;

/** Runs one node of a graph for `count` inputs, on the CPU; `node` may have other weights than the graph's own. */
export async function runNode(
  graph: PlannedGraph,
  node: GraphNode,
  values: ReadonlyMap<string, Float32Array>,
  count: number,
): Promise<readonly Float32Array[]> {
  const names = [...new Set(node.inputs)];
  const given = names.map((name) => values.get(name) as Float32Array);
  if (isView(node)) return given;
  const alone = planGraph({
    inputs: names.map((name) => ({ name, shape: graph.shapes.get(name) as Shape })),
    outputs: node.outputs,
    nodes: [node],
  });
  const executor = await createGraphExecutor('wasm', await findBackend('wasm'), alone, EXECUTOR_DEFAULTS);
  try {
    return await executor.run(given, count, 'values');
  } finally {
    executor.dispose();
  }
}

/** After which node each value is not needed any more: by the index of the node, the names of values. */
export function lastUses({ nodes, outputs }: PlannedGraph): readonly (readonly string[])[] {
  const last = new Map<string, number>();
  nodes.forEach(({ inputs }, index) => {
    for (const name of inputs) last.set(name, index);
  });
  for (const name of outputs) last.delete(name);
  return nodes.map((_, index) => [...last].flatMap(([name, at]) => (at === index ? [name] : [])));
}
