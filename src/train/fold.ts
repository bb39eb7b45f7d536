import { consumersOf, onlyConsumer } from '../graph/consumers.ts';
import type { GraphNode, PlannedGraph } from '../graph/graph.ts';
import { fromFloat32 } from '../safetensors/from-float32.ts';
import { toFloat32 } from '../safetensors/tensor.ts';
import type { NodeParameters } from './layout.ts';
import type { Normalization } from './parameters.ts';

/** What the file holds of a node with weights: the scale of its rows, its biases; and the normalisation that is part of them. */
export interface FoldedNode {
  readonly parameters: NodeParameters;
  readonly normalization: { readonly node: GraphNode; readonly own: Normalization } | undefined;
}

/** The nodes with weights, each with the batch normalisation that alone takes its output. */
export function foldedNodes(
  graph: PlannedGraph,
  parameters: readonly NodeParameters[],
): readonly FoldedNode[] {
  const consumers = consumersOf(graph);
  return parameters
    .filter(({ weights }) => weights !== undefined)
    .map((own) => {
      const norm = onlyConsumer(consumers, own.node.outputs[0]);
      const { normalization } = parameters.find(({ node }) => node === norm) ?? {};
      return {
        parameters: own,
        normalization: norm && normalization ? { node: norm, own: normalization } : undefined,
      };
    });
}

/**
 * Rounds biases and normalisations to what the file holds of them, float16. A normalisation that is folded into weights
 * becomes a scale per row of their sheet, whose own scale is fixed by now.
 */
export function fixVectors(graph: PlannedGraph, parameters: readonly NodeParameters[]): void {
  for (const { bias } of parameters) bias?.adam.values.set(half(bias.adam.values));
  const folded = foldedNodes(graph, parameters);
  const done = new Set<Normalization>();
  for (const { parameters: own, normalization } of folded) {
    if (!normalization) continue;
    const { scale, offset } = normalization.own.folded();
    const unit = own.weights?.sheet.scale as number;
    const bias = own.bias?.adam.values;
    const rows = half(scale.map((value) => value * unit)).map((value) => value / unit);
    const biases = half(offset.map((value, i) => value + scale[i] * (bias?.[i] ?? 0)));
    normalization.own.fixed = {
      scale: rows,
      offset: biases.map((value, i) => value - rows[i] * (bias?.[i] ?? 0)),
    };
    done.add(normalization.own);
  }
  for (const { normalization } of parameters) {
    if (normalization && !done.has(normalization)) {
      const { scale, offset } = normalization.folded();
      normalization.fixed = { scale: half(scale), offset: half(offset) };
    }
  }
}

/** Numbers as float16 has them. */
function half(values: ArrayLike<number>): Float64Array {
  return Float64Array.from(toFloat32(fromFloat32(Float32Array.from(values), [values.length], 'F16')));
}
