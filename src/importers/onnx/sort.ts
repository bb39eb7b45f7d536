import { namer } from '../../graph/namer.ts';
import { sortNodes } from '../../graph/sort.ts';
import { nodeName } from './refusals.ts';
import type { NodeProto } from './schema.ts';

/**
 * The nodes in an order in which they can run.
 *
 * @throws `GRAPH_CYCLE`, `GRAPH_MISSING_VALUE` (missing initialisers too), `GRAPH_DUPLICATE_VALUE`
 */
export function sortOnnxNodes(nodes: readonly NodeProto[], known: ReadonlySet<string>): NodeProto[] {
  const unique = namer([]);
  const byName = new Map(nodes.map((node) => [unique(nodeName(node)), node]));
  const sorted = sortNodes({
    inputs: [...known].map((name) => ({ name, shape: [] })),
    outputs: [],
    nodes: [...byName].map(([name, node]) => ({
      name,
      operator: node.opType,
      inputs: node.input.filter((input) => input !== ''),
      outputs: node.output.filter((output) => output !== ''),
      attributes: {},
      constants: {},
    })),
  });
  return sorted.flatMap(({ name }) => byName.get(name) ?? []);
}
