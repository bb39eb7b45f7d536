import type { Manifest } from '../../format/manifest.ts';
import { without } from '../../format/short-manifest.ts';
import type { GraphNode, PlannedGraph } from '../../graph/graph.ts';
import type { Architecture, ArchitectureLayer } from '../../importers/architecture/description.ts';
import { printArchitecture } from '../../importers/state-dict/architecture.ts';
import { findOperator } from '../../operators/index.ts';
import type { Operator } from '../../operators/operator.ts';
import { EPSILON, layerTensors } from './tensors.ts';

/** The layers of a chain in the words of `--architecture`; undefined where a name has the comma that is between them. */
export function chainWords({ layers, outputs }: Manifest): string | undefined {
  if (outputs !== undefined) return undefined;
  const chain = layers.map((layer) =>
    layer.type === 'linear'
      ? ({ kind: 'linear', name: layer.name } as const)
      : { type: layer.type as 'relu' | 'softmax' },
  );
  const names = chain.flatMap((item) => ('name' in item ? [item.name] : []));
  return names.some((name) => name.includes(','))
    ? undefined
    : printArchitecture(chain, new Set(names)).join();
}

/** How the tensors of a file make a graph, as docs/architectures.md describes networks. */
export function descriptionOf({ inputs, nodes, outputs }: PlannedGraph): Architecture {
  return { input: inputs[0].shape, layers: nodes.map(layerOf), outputs };
}

function layerOf(node: GraphNode): ArchitectureLayer {
  const { operator, inputs, outputs, attributes, name } = node;
  const layer = { type: operator, name: outputs[0], inputs };
  // A linear layer has the sizes of its weight.
  if (operator === 'batch-norm') return { ...layer, weights: name, epsilon: EPSILON };
  const given = node.linear
    ? {}
    : without(attributes, (findOperator(operator) as Operator).attributes.defaults);
  const tensors = layerTensors(node).map(({ part, constant }) => [constant, { tensor: `${name}.${part}` }]);
  return { ...layer, ...given, ...Object.fromEntries(tensors) };
}
