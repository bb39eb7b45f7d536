import type { KernelNode } from '../node.ts';

/**
 * For operators whose outputs are elements of their input: for each element of the output (per image) the index of the input's,
 * or −1 where it is `fill`.
 */
export interface GatherPlan {
  readonly indices: Int32Array;
  readonly fill: number;
}

export type PlanGather<A> = (node: KernelNode<A>) => GatherPlan;
