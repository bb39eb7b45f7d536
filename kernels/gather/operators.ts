import { planDepthToSpace } from '../depth-to-space/indices.ts';
import { planPad } from '../pad/indices.ts';
import { planSlice } from '../slice/indices.ts';
import { planSpaceToDepth } from '../space-to-depth/indices.ts';
import { planTile } from '../tile/indices.ts';
import { planTranspose } from '../transpose/indices.ts';
import { planElements } from './elements.ts';
import type { PlanGather } from './indices.ts';

/** Operators whose outputs are elements of their input: a new one is its plan and a row. */
const PLANS = {
  'depth-to-space': planDepthToSpace,
  gather: planElements,
  pad: planPad,
  slice: planSlice,
  'space-to-depth': planSpaceToDepth,
  tile: planTile,
  transpose: planTranspose,
} as const satisfies Readonly<Record<string, PlanGather<never>>>;

/** A table with a row for each of them, on one backend. */
export function gatherKernels<K>(
  kernel: (plan: PlanGather<never>) => K,
): Readonly<Record<keyof typeof PLANS, K>> {
  const rows = Object.entries(PLANS).map(([type, plan]) => [type, kernel(plan)]);
  return Object.fromEntries(rows) as Readonly<Record<keyof typeof PLANS, K>>;
}
