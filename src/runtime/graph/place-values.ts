import type { PlannedGraph } from '../../graph/graph.ts';
import { planMemory } from '../../graph/memory-plan.ts';
import type { GraphStep } from '../../graph/passes/linear-chains.ts';
import { elementCount, type Shape } from '../../graph/shape.ts';
import { viewOwners } from './kernels.ts';

/** Where the values of a graph lie in one block of memory, in elements per image: times B for a batch of B. */
export interface Places {
  readonly offsets: ReadonlyMap<string, number>;
  /** Elements per image that the block needs. */
  readonly total: number;
}

/** Offsets are multiples of this many elements: 64 bytes of float32. */
const ALIGNMENT = 16;
/** Elements behind a value that kernels of four lanes may write. */
const SLACK = 3;

/**
 * Lets values share memory by their lifetimes. Views lie where what they show lies. Inputs of the graph live from the start,
 * outputs to the end; a value that nothing takes, for the step that gives it.
 */
export function placeValues(graph: PlannedGraph, steps: readonly GraphStep[]): Places {
  const owner = viewOwners(steps);
  const lifetimes = new Map<string, { size: number; first: number; last: number }>();
  const use = (value: string, step: number): void => {
    const name = owner.get(value) ?? value;
    const known = lifetimes.get(name);
    if (known !== undefined) {
      known.last = Math.max(known.last, step);
      return;
    }
    const elements = elementCount(graph.shapes.get(name) as Shape) + SLACK;
    lifetimes.set(name, { size: Math.ceil(elements / ALIGNMENT) * ALIGNMENT, first: step, last: step });
  };
  for (const { name } of graph.inputs) use(name, 0);
  steps.forEach((step, index) => {
    const [inputs, outputs] =
      step.kind === 'chain' ? [[step.input], [step.output]] : [step.node.inputs, step.node.outputs];
    for (const value of [...inputs, ...outputs]) use(value, index);
  });
  for (const value of graph.outputs) use(value, steps.length);
  const names = [...lifetimes.keys()];
  const { offsets, total } = planMemory([...lifetimes.values()]);
  const byName = new Map(names.map((name, index) => [name, offsets[index]]));
  for (const [view, name] of owner) byName.set(view, byName.get(name) as number);
  return { offsets: byName, total };
}
