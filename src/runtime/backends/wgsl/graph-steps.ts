import { KERNELS } from '../../../../kernels/tables/wgsl.ts';
import { transposeStep } from '../../../../kernels/transpose/transpose.wgsl.ts';
import type { WgslKernel, WgslStep } from '../../../../kernels/wgsl.ts';
import type { PlannedGraph } from '../../../graph/graph.ts';
import type { ChainStep, GraphStep } from '../../../graph/passes/linear-chains.ts';
import { elementCount } from '../../../graph/shape.ts';
import { givesEntry, isView, kernelNode, viewOwners } from '../../graph/kernels.ts';
import type { InputKind } from '../backend.ts';
import { nodeSteps } from './node-steps.ts';

/** One dispatch of a graph: a kernel, the values that it reads and the one that it writes, by name. */
export interface Operation {
  /** The layer or node that it belongs to; the input or output that it brings into another order. */
  readonly part: string;
  readonly step: WgslStep;
  readonly reads: readonly string[];
  readonly writes: string;
  /** Σx of the inputs, for kernels that read it. */
  readonly sums: string | undefined;
  /** Runs only where the input of the graph comes as values, or only where it comes as coefficients; undefined: always. */
  readonly only: InputKind | undefined;
  /** Runs only where images lie in lanes: one image has the same order for callers and kernels. */
  readonly lanesOnly: boolean;
}

/** A graph as dispatches, in order, and how wide the values between them are. */
export interface GraphOperations {
  readonly operations: readonly Operation[];
  /** Elements per image of every value, also of those that kernels keep between steps of a node. */
  readonly widths: ReadonlyMap<string, number>;
  /** View → the value that it shows. */
  readonly owner: ReadonlyMap<string, string>;
  /** Where coefficients of the input come in, if they may. */
  readonly coefficientInput: string | undefined;
}

/** A value that no graph names: names of values hold no NUL. */
const internal = (name: string, what: string): string => `${name}\0${what}`;
/** In the order of callers, [images][elements]; other values are in that of the kernels, [elements][images]. */
export const callerOrder = (name: string): string => internal(name, "caller's order");

/** Writes out a graph as dispatches. */
export function graphOperations(graph: PlannedGraph, steps: readonly GraphStep[]): GraphOperations {
  const operations: Operation[] = [];
  const widths = new Map([...graph.shapes].map(([name, shape]) => [name, elementCount(shape)]));
  const owner = viewOwners(steps);
  let coefficientInput = graph.entry;
  const add: Add = (part, step, reads, writes, more = {}) => {
    operations.push({
      part,
      step,
      reads,
      writes,
      sums: undefined,
      only: undefined,
      lanesOnly: false,
      ...more,
    });
    if (!widths.has(writes)) widths.set(writes, step.width);
  };
  const reorder = (name: string, direction: 'to kernels' | 'to caller', only?: InputKind): void => {
    const width = widths.get(name) as number;
    widths.set(callerOrder(name), width);
    const names = [callerOrder(name), name];
    const [from, to] = direction === 'to kernels' ? names : names.reverse();
    add(name, transposeStep(width, direction), [from], to, { lanesOnly: true, only });
  };
  for (const { name } of graph.inputs) reorder(name, 'to kernels', 'values');
  if (graph.entry !== undefined) reorder(graph.entry, 'to kernels', 'coefficients');
  for (const step of steps) {
    if (step.kind === 'chain') {
      const takesCoefficients = step.takesInput && step.network.nodes[0].kind === 'rows';
      if (takesCoefficients) coefficientInput = addChain(step, add, reorder) as string;
      else addChain(step, add);
    } else if (!isView(step.node)) {
      const { name, inputs, outputs, operator } = step.node;
      const kernel = KERNELS[operator] as WgslKernel<object>;
      for (const part of kernel(kernelNode(step.node, graph.shapes))) {
        const reads = part.reads.map((index) => inputs[index]);
        add(name, part, reads, outputs[0], { only: givesEntry(step, graph.entry) ? 'values' : undefined });
      }
    }
  }
  for (const name of new Set(graph.outputs)) reorder(name, 'to caller');
  return { operations, widths, owner, coefficientInput };
}

type Add = (
  part: string,
  step: WgslStep,
  reads: readonly string[],
  writes: string,
  more?: Partial<Operation>,
) => void;

/**
 * Adds the steps of a linear chain. With `reorder` its first transform is left out where coefficients come in its place;
 * returns the value that they are, where there is a transform.
 */
function addChain(
  { network, input, output }: ChainStep,
  add: Add,
  reorder?: (name: string, direction: 'to kernels', only: InputKind) => void,
): string | undefined {
  let coefficients: string | undefined;
  let value = input;
  network.nodes.forEach((node, index) => {
    const { name, transform, sum, multiply, inverse } = nodeSteps(node);
    const result = index === network.nodes.length - 1 ? output : internal(output, `layer ${index}`);
    if (transform) {
      const to = internal(result, 'transformed input');
      const only = index === 0 && reorder ? 'values' : undefined;
      add(name, transform, [value], to, { only });
      value = to;
      if (index === 0) {
        coefficients = to;
        reorder?.(to, 'to kernels', 'coefficients');
      }
    }
    const sums = sum && internal(result, 'sums');
    if (sum && sums) add(name, sum, [value], sums);
    const product = inverse ? internal(result, 'before the inverse transform') : result;
    add(name, multiply, [value], product, { sums });
    if (inverse) add(name, inverse, [product], result, { sums });
    value = result;
  });
  return coefficients;
}

/** Which of the operations run, with images in lanes or one image, and with values or coefficients as input. */
export function operationsFor<T extends Omit<Operation, 'step'>>(
  operations: readonly T[],
  vector: boolean,
  kind: InputKind,
): readonly T[] {
  return operations.filter(
    ({ only, lanesOnly }) => (vector || !lanesOnly) && (only === undefined || only === kind),
  );
}
