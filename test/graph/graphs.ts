import type { Constant, Graph, GraphNode } from '../../src/graph/graph.ts';
import { findOperator } from '../../src/operators/index.ts';
import type { DenseNode } from '../../src/weights/network.ts';
import { seededValues } from '../operators/case.ts';

/** A node of one output, which has the node's name; attributes get their defaults. */
export function node(
  operator: string,
  name: string,
  inputs: readonly string[],
  attributes: object = {},
  constants: Readonly<Record<string, Constant>> = {},
): GraphNode {
  const read = findOperator(operator)?.attributes;
  return {
    name,
    operator,
    inputs,
    outputs: [name],
    attributes: read ? read(attributes, '') : attributes,
    constants,
  };
}

/** A dense linear node with seeded weights. */
export function linearNode(
  name: string,
  input: string,
  inFeatures: number,
  outFeatures: number,
  seed = 1,
): GraphNode {
  const linear: DenseNode = {
    kind: 'dense',
    name,
    inFeatures,
    outFeatures,
    relu: false,
    bias: seededValues(outFeatures, seed + 100),
    weights: seededValues(inFeatures * outFeatures, seed),
  };
  return { ...node('linear', name, [input], { inFeatures, outFeatures }), linear };
}

export function vectorGraph(length: number, outputs: readonly string[], nodes: readonly GraphNode[]): Graph {
  return { inputs: [{ name: 'x', shape: [length] }], outputs, nodes };
}
