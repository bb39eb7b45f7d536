import { multiplyAdd } from '../../../kernels/conv2d/assembly/numbers';

/** Bytes of inputs that the products go through: in the first-level cache. */
const INPUTS: usize = 8192;

/**
 * Four weights, two vectors of inputs, eight sums at a time, as convolutions multiply. The sums are stored behind the inputs, so that none is
 * left out. Returns how many products of vectors that were.
 */
// @ts-ignore: decorator
@inline
export function products<T>(input: usize, rounds: i32): i32 {
  const w0 = v128.load(input), w1 = v128.load(input, 16), w2 = v128.load(input, 32), w3 = v128.load(input, 48);
  let s0 = i32x4.splat(0), s1 = s0, s2 = s0, s3 = s0, s4 = s0, s5 = s0, s6 = s0, s7 = s0;
  for (let round = 0; round < rounds; round++) {
    for (let at = input, end = input + INPUTS; at < end; at += 32) {
      const x = v128.load(at), y = v128.load(at, 16);
      s0 = multiplyAdd<T>(s0, x, w0);
      s1 = multiplyAdd<T>(s1, x, w1);
      s2 = multiplyAdd<T>(s2, x, w2);
      s3 = multiplyAdd<T>(s3, x, w3);
      s4 = multiplyAdd<T>(s4, y, w0);
      s5 = multiplyAdd<T>(s5, y, w1);
      s6 = multiplyAdd<T>(s6, y, w2);
      s7 = multiplyAdd<T>(s7, y, w3);
    }
  }
  const sums = input + INPUTS;
  v128.store(sums, s0);
  v128.store(sums, s1, 16);
  v128.store(sums, s2, 32);
  v128.store(sums, s3, 48);
  v128.store(sums, s4, 64);
  v128.store(sums, s5, 80);
  v128.store(sums, s6, 96);
  v128.store(sums, s7, 112);
  return rounds * <i32>(INPUTS >> 2);
}
