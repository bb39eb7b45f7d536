import { elementCount, type KernelNode } from '../node.ts';

/**
 * For operators whose outputs are elements of their input: for each axis of the output, what a place along it adds to the index of
 * the input's element, or −1 where the element is `fill`.
 */
export interface GatherPlan {
  readonly places: readonly ArrayLike<number>[];
  readonly fill: number;
}

export type PlanGather<A> = (node: KernelNode<A>) => GatherPlan;

/** For each element of the output (per image), row-major, the index of the input's, or −1. */
export function gatherIndices(places: readonly ArrayLike<number>[]): Int32Array {
  return places.reduce<Int32Array>((outer, inner) => {
    const indices = new Int32Array(outer.length * inner.length);
    let at = 0;
    for (const from of outer) {
      for (let k = 0; k < inner.length; k++) indices[at++] = from < 0 || inner[k] < 0 ? -1 : from + inner[k];
    }
    return indices;
  }, Int32Array.of(0));
}

/** What each place along an axis adds. */
export function placesAlong(extent: number, add: (place: number) => number): Int32Array {
  return Int32Array.from({ length: extent }, (_, place) => add(place));
}

/** For each element of `shape`, row-major, Σ place·stride over its axes, all from 0 on. */
export function stridedIndices(shape: readonly number[], strides: readonly number[]): Int32Array {
  return gatherIndices(shape.map((extent, axis) => placesAlong(extent, (place) => place * strides[axis])));
}

/** Elements from one place to the next, by axis. */
export function stridesOf(shape: readonly number[]): number[] {
  return shape.map((_, axis) => elementCount(shape.slice(axis + 1)));
}
