import type { KernelWindow } from '../window.ts';

export interface Conv2dAttributes extends KernelWindow {
  readonly groups: number;
}

/** What the backend `wasm` has of a convolution besides. A second input is added to the outputs. */
export interface FusedConv2dAttributes extends Conv2dAttributes {
  /** Whether the ReLU after it is part of it. */
  readonly relu?: boolean;
  /** Whether its input is known to have no negative elements. */
  readonly isNonNegative?: boolean;
  /** Whether its input is one of the network's: each call's own affair. */
  readonly isGiven?: boolean;
}

/** The least that an output may be. */
export function lowest({ relu }: FusedConv2dAttributes): number {
  return relu ? 0 : -Infinity;
}

/** From an output to the value of the same shape that is added to it; 0 if there is none. */
export function bytesAhead(output: number, added: number | undefined): number {
  return added === undefined ? 0 : added - output;
}
