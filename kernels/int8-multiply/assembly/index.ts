import { runLayer } from './layer';

/** Compiled into ../kernels-wasm.ts: what any engine with SIMD runs. */
export { inverseBlocks } from './pixels';

/** A layer in words of two int16. */
export function linearPairs(layer: usize, work: usize, input: usize, output: usize, count: usize): usize {
  return runLayer<i16>(layer, work, input, output, count);
}
