import type { WasmBinding } from '../graph-wasm/binding.ts';
import type { FusedConv2dAttributes } from './attributes.ts';

type Binding = WasmBinding<FusedConv2dAttributes>;
/** A convolution, where it is made ready, and what runs it. */
export type Node = Parameters<Binding>[0];
export type Place = Parameters<Binding>[1];
export type Step = ReturnType<Binding>;

/** Pixels that the kernel computes together: two vectors. */
export const PIXELS = 8;

/** Whether the engine multiplies bytes: relaxed SIMD. */
export function hasBytes({ kernels }: Place): boolean {
  return 'conv2dInt8' in kernels;
}
