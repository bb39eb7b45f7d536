import type { DenseLinear, DenseNetwork } from '../../weights/dense-network.ts';
import type { DenseNode } from '../../weights/network.ts';
import type { Graph, GraphNode } from '../graph.ts';
import { planGraph } from '../plan.ts';
import { dropIdentities } from './drop-identities.ts';
import { foldAffine } from './fold-affine.ts';

/**
 * A graph as a chain of linear layers with ReLU between them and perhaps a softmax at its end, if it is one; batch norms are
 * folded, and reshapes of its input or between linear layers are nothing to them. Undefined for any other graph.
 */
export function chainOf(graph: Graph): DenseNetwork | undefined {
  const { inputs, outputs, nodes, shapes } = planGraph(dropIdentities(foldAffine(planGraph(graph))));
  if (inputs.length !== 1 || outputs.length !== 1) return undefined;
  const layers: DenseNetwork['layers'][number][] = [];
  let value = inputs[0].name;
  for (const node of nodes) {
    if (node.inputs.length !== 1 || node.inputs[0] !== value) return undefined;
    [value] = node.outputs;
    if (node.operator === 'flatten' || node.operator === 'reshape') continue;
    const before = layers[layers.length - 1]?.type;
    if (node.operator === 'linear') layers.push(denseLinear(node));
    else if (node.operator === 'relu' && before === 'linear') layers.push({ type: 'relu' });
    else if (node.operator === 'softmax' && before !== undefined) layers.push({ type: 'softmax' });
    else return undefined;
  }
  const last = layers.findIndex(({ type }) => type === 'softmax');
  const isChain =
    value === outputs[0] && layers[0]?.type === 'linear' && [-1, layers.length - 1].includes(last);
  // A chain's softmax is that of all outputs.
  return isChain && shapes.get(value)?.length === 1 ? { layers } : undefined;
}

function denseLinear({ linear }: GraphNode): DenseLinear {
  const { name, inFeatures, outFeatures, weights, bias } = linear as DenseNode;
  return { type: 'linear', name, inFeatures, outFeatures, weights, bias };
}
