import type { KernelNode } from '../../../kernels/node.ts';
import { WjpegError } from '../../errors.ts';
import type { GraphNode } from '../../graph/graph.ts';
import type { GraphStep } from '../../graph/passes/linear-chains.ts';
import type { Shape } from '../../graph/shape.ts';
import { findOperator } from '../../operators/index.ts';
import type { BackendName } from '../backends/backend.ts';

/** Whether a node runs nothing: its output is its input in another shape. */
export function isView(node: GraphNode): boolean {
  return findOperator(node.operator)?.isView === true;
}

/** Whether a step computes the value that is given in its place. */
export function givesEntry(step: GraphStep, entry: string | undefined): boolean {
  return step.kind === 'node' && step.node.outputs[0] === entry;
}

/** View → the value whose memory it shows. */
export function viewOwners(steps: readonly GraphStep[]): ReadonlyMap<string, string> {
  const owner = new Map<string, string>();
  for (const step of steps) {
    if (step.kind === 'chain' || !isView(step.node)) continue;
    const [input] = step.node.inputs;
    owner.set(step.node.outputs[0], owner.get(input) ?? input);
  }
  return owner;
}

/** A node as kernels see it. */
export function kernelNode(node: GraphNode, shapes: ReadonlyMap<string, Shape>): KernelNode<object> {
  const shapesOf = (names: readonly string[]): Shape[] => names.map((name) => shapes.get(name) as Shape);
  return {
    inputs: shapesOf(node.inputs),
    outputs: shapesOf(node.outputs),
    attributes: node.attributes,
    constants: node.constants,
    ...(node.coefficients && { coefficients: node.coefficients }),
  };
}

/**
 * Checks that a backend has a kernel for every node of a graph that runs something.
 *
 * @throws OPERATOR_UNAVAILABLE naming each operator that the backend cannot run, with its nodes
 */
export function requireKernels(
  backend: BackendName,
  table: Readonly<Record<string, unknown>>,
  steps: readonly GraphStep[],
): void {
  const missing = new Map<string, string[]>();
  for (const step of steps) {
    if (step.kind === 'chain' || isView(step.node) || table[step.node.operator] !== undefined) continue;
    const { operator, name } = step.node;
    missing.set(operator, [...(missing.get(operator) ?? []), `'${name}'`]);
  }
  if (missing.size === 0) return;
  const list = [...missing].map(([operator, names]) => `${operator} (${names.slice(0, 3).join(', ')})`);
  throw new WjpegError(
    'unavailable',
    'OPERATOR_UNAVAILABLE',
    `backend ${backend} cannot run ${list.join('; ')}: choose backend wasm or reference`,
  );
}
