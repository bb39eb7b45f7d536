import { axisIndex, elementCount, type KernelNode } from '../node.ts';

export interface ReduceAttributes {
  readonly axes: readonly number[];
}

/** How a reduction lies in memory: `outer` × `length` elements to reduce × `inner`. */
export interface Lines {
  readonly outer: number;
  readonly length: number;
  readonly inner: number;
}

export function reducedLines({ inputs: [shape], attributes: { axes } }: KernelNode<ReduceAttributes>): Lines {
  const resolved = axes.map((axis) => axisIndex(axis, shape));
  const [first, last] = [Math.min(...resolved), Math.max(...resolved)];
  return {
    outer: elementCount(shape.slice(0, first)),
    length: elementCount(shape.slice(first, last + 1)),
    inner: elementCount(shape.slice(last + 1)),
  };
}

/** What the kernels do: add, then multiply by a factor; or keep the maximum or minimum. */
export type Reduction = 'reduce-max' | 'reduce-mean' | 'reduce-min' | 'reduce-sum';

const REDUCTIONS = ['reduce-max', 'reduce-mean', 'reduce-min', 'reduce-sum'] as const;

/** A table with a row per reduction. */
export function perReduction<T>(row: (reduction: Reduction) => T): Readonly<Record<Reduction, T>> {
  return Object.fromEntries(REDUCTIONS.map((name) => [name, row(name)])) as Readonly<Record<Reduction, T>>;
}

/** What a sum is multiplied by. */
export function sumFactor(reduction: Reduction, { length }: Lines): number {
  return reduction === 'reduce-mean' ? 1 / length : 1;
}
