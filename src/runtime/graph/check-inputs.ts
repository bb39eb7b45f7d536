import { WjpegError } from '../../errors.ts';
import { consumersOf } from '../../graph/consumers.ts';
import type { Graph, PlannedGraph } from '../../graph/graph.ts';
import { elementCount, type Shape } from '../../graph/shape.ts';
import type { RowsNode } from '../../weights/network.ts';
import type { InputKind } from '../backends/backend.ts';
import { checkLength, requireFinite } from '../backends/check-input.ts';

/**
 * Refuses inputs of a graph that are not a Float32Array of batch × elements each, or not finite.
 *
 * @throws WjpegError `INPUT_LENGTH`, `INPUT_TYPE`, `INPUT_NOT_FINITE`
 */
export function checkInputs(
  graph: PlannedGraph,
  inputs: readonly Float32Array[],
  batch: number,
  kind: InputKind,
): void {
  checkLengths(graph, inputs, batch, kind);
  for (const input of inputs) requireFinite(input);
}

/**
 * Refuses inputs of a graph that are not a Float32Array of batch × elements each.
 *
 * @throws WjpegError `INPUT_LENGTH`, `INPUT_TYPE`
 */
export function checkLengths(
  graph: PlannedGraph,
  inputs: readonly Float32Array[],
  batch: number,
  kind: InputKind,
): void {
  if (inputs.length !== graph.inputs.length) {
    throw new WjpegError(
      'misuse',
      'INPUT_LENGTH',
      `${inputs.length} inputs, expected ${graph.inputs.length}`,
    );
  }
  const coefficients = kind === 'coefficients' ? coefficientWidth(graph) : 0;
  for (const [index, { shape }] of graph.inputs.entries()) {
    checkLength(inputs[index], batch, kind, { values: elementCount(shape), coefficients });
  }
}

/** Coefficients per image; 0 where a graph takes none. */
export function coefficientWidth(graph: PlannedGraph): number {
  return graph.entry === undefined
    ? (inputNode(graph)?.coefficients.columns ?? 0)
    : elementCount(graph.shapes.get(graph.entry) as Shape);
}

/** The layer of layout `rows` that alone takes the one input, so that pictures may come as coefficients. */
export function inputNode(graph: Graph): RowsNode | undefined {
  if (graph.inputs.length !== 1) return undefined;
  const takers = consumersOf(graph).get(graph.inputs[0].name) ?? [];
  const linear = takers.length === 1 ? takers[0]?.linear : undefined;
  return linear?.kind === 'rows' ? linear : undefined;
}
