import type { KernelWindow } from '../window.ts';

export interface Conv2dAttributes extends KernelWindow {
  readonly groups: number;
}

/** What the backend `wasm` has of a convolution besides: whether the ReLU after it is part of it. */
export interface FusedConv2dAttributes extends Conv2dAttributes {
  readonly relu?: boolean;
}

/** The least that an output may be. */
export function lowest({ relu }: FusedConv2dAttributes): number {
  return relu ? 0 : -Infinity;
}
