import type { KernelNode } from '../node.ts';

/** The node of a global pool as that of a pool whose window is the whole map. */
export function asPool({ inputs, outputs, constants }: KernelNode<object>): KernelNode<{
  readonly kernel: readonly number[];
  readonly strides: readonly number[];
  readonly pads: readonly number[];
  readonly dilations: readonly number[];
  readonly countIncludePad: boolean;
}> {
  const [[, ...map]] = inputs;
  const attributes = {
    kernel: map,
    strides: [1, 1],
    pads: [0, 0, 0, 0],
    dilations: [1, 1],
    countIncludePad: false,
  };
  return { inputs, outputs, constants, attributes };
}
