import { products } from './products';

/** i32x4.relaxed_dot_i8x16_i7x16_add_s: four products for each sum. */
export function int8(input: usize, rounds: i32): i32 {
  return products<i8>(input, rounds);
}
