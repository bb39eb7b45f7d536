import { INPUT } from '../format/graph-manifest.ts';
import type { Graph, GraphNode } from '../graph/graph.ts';
import type { Shape } from '../graph/shape.ts';
import type { DenseNetwork } from '../weights/dense-network.ts';

/** A chain of linear layers as a graph that takes pictures, channels × height × width. */
export function graphOfChain({ layers }: DenseNetwork, input: Shape): Graph {
  let value = INPUT;
  const nodes = layers.map((layer, index): GraphNode => {
    const name = layer.type === 'linear' ? layer.name : `${layer.type} ${index}`;
    const common = { name, operator: layer.type, inputs: [value], outputs: [name], constants: {} };
    value = name;
    if (layer.type !== 'linear')
      return { ...common, attributes: layer.type === 'softmax' ? { axis: 0 } : {} };
    const { inFeatures, outFeatures, weights, bias } = layer;
    const linear = { kind: 'dense', name, inFeatures, outFeatures, weights, bias, relu: false } as const;
    return { ...common, attributes: { inFeatures, outFeatures }, linear };
  });
  return { inputs: [{ name: INPUT, shape: input }], outputs: [value], nodes };
}
