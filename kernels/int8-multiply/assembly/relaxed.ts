import { runLayer } from './layer';

/** A layer in words of four bytes. */
export function linearQuads(layer: usize, work: usize, input: usize, output: usize, count: usize): usize {
  return runLayer<i8>(layer, work, input, output, count);
}
