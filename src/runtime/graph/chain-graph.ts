import { nameOf } from '../../format/graph-manifest.ts';
import type { Manifest } from '../../format/manifest.ts';
import type { Graph, GraphNode } from '../../graph/graph.ts';
import { findOperator } from '../../operators/index.ts';
import type { Operator } from '../../operators/operator.ts';
import type { Network } from '../../weights/network.ts';
import { LOGITS, outputNames } from './output-names.ts';

/**
 * Names of the values that a network gives, and how its graph calls them: those of layers, an unnamed one by its type and place
 * (`relu 1`). Of a chain also `logits`, what the last layer before any softmax gives, and outputs by the names that programs have
 * for them.
 */
export function valueNames(manifest: Manifest): ReadonlyMap<string, string> {
  const { layers, outputs } = manifest;
  const names = layers.map((layer, index) => nameOf(layer, index));
  if (outputs) {
    return new Map([
      ...names.map((name): [string, string] => [name, name]),
      ...outputNames(manifest).map((name, index): [string, string] => [name, outputs[index]]),
    ]);
  }
  const last = layers.findLastIndex(({ type }) => type !== 'softmax');
  return new Map([
    ...names.map((name, index): [string, string] => [name, String(index)]),
    [LOGITS, String(last)],
  ]);
}

/** A chain as a graph whose values are numbered by layers, none of them fused. */
export function chainGraph({ layers }: Manifest, { nodes }: Network): Graph {
  const linear = [...nodes];
  return {
    inputs: [{ name: 'input', shape: [nodes[0].inFeatures] }],
    outputs: [],
    nodes: layers.map((layer, index): GraphNode => {
      const { type } = layer;
      const common = {
        name: nameOf(layer, index),
        operator: type,
        inputs: [index === 0 ? 'input' : String(index - 1)],
        outputs: [String(index)],
        constants: {},
      };
      const node = type === 'linear' ? linear.shift() : undefined;
      if (node === undefined) {
        return { ...common, attributes: (findOperator(type) as Operator).attributes.defaults };
      }
      const { inFeatures, outFeatures } = node;
      return { ...common, attributes: { inFeatures, outFeatures }, linear: { ...node, relu: false } };
    }),
  };
}
