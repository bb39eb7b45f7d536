import { WjpegError } from '../../errors.ts';
import { sortNodes } from '../../graph/sort.ts';
import type { NodeProto } from './schema.ts';

/**
 * The nodes in an order in which they can run.
 *
 * @throws `GRAPH_CYCLE`, `GRAPH_MISSING_VALUE` (missing initialisers too), `GRAPH_DUPLICATE_VALUE`
 */
export function sortOnnxNodes(nodes: readonly NodeProto[], known: ReadonlySet<string>): NodeProto[] {
  const byName = new Map(nodes.map((node, index) => [`${node.name || node.output[0]}#${index}`, node]));
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
  return sorted.map(({ name }) => {
    const node = byName.get(name);
    if (node === undefined)
      throw new WjpegError('corrupt', 'GRAPH_MISSING_VALUE', `node '${name}' is missing`);
    return node;
  });
}
