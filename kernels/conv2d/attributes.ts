import type { KernelWindow } from '../window.ts';

export interface Conv2dAttributes extends KernelWindow {
  readonly groups: number;
}

/** What the backend `wasm` has of a convolution besides: whether the ReLU after it is part of it. A second input is added before that. */
export interface FusedConv2dAttributes extends Conv2dAttributes {
  readonly relu?: boolean;
}

/** The least that an output may be. */
export function lowest({ relu }: FusedConv2dAttributes): number {
  return relu ? 0 : -Infinity;
}

/** From an output to the value of the same shape that is added to it; 0 if there is none. */
export function bytesAhead(output: number, added: number | undefined): number {
  return added === undefined ? 0 : added - output;
}
