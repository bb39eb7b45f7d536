import { elementCount, type KernelNode } from '../node.ts';

/**
 * For operators whose outputs are elements of their input: for each element of the output (per image) the index of the input's,
 * or −1 where it is `fill`.
 */
export interface GatherPlan {
  readonly indices: Int32Array;
  readonly fill: number;
}

export type PlanGather<A> = (node: KernelNode<A>) => GatherPlan;

/** For each element of `shape`, row-major, Σ index·stride over its axes, plus `base`. */
export function stridedIndices(shape: readonly number[], strides: readonly number[], base = 0): Int32Array {
  return Int32Array.from({ length: elementCount(shape) }, (_, element) => {
    let rest = element;
    let index = base;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index += (rest % shape[axis]) * strides[axis];
      rest = Math.floor(rest / shape[axis]);
    }
    return index;
  });
}
