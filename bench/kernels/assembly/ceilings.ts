import { products } from './products';

// Loops that do one thing as fast as WebAssembly does it here, in the form that the kernels have: the ceilings beside which these are
// measured.

/** f32x4.mul and f32x4.add. */
export function float32(input: usize, rounds: i32): i32 {
  return products<f32>(input, rounds);
}

/** i32x4.dot_i16x8_s and i32x4.add: two products for each sum. */
export function int16(input: usize, rounds: i32): i32 {
  return products<i16>(input, rounds);
}

/** Loads of 16 bytes, from `size` bytes again and again, `size` a multiple of 128. */
export function loads(from: usize, size: usize, rounds: i32): void {
  let s0 = i32x4.splat(0), s1 = s0, s2 = s0, s3 = s0;
  for (let round = 0; round < rounds; round++) {
    for (let at = from, end = from + size; at < end; at += 128) {
      s0 = v128.or(s0, v128.load(at));
      s1 = v128.or(s1, v128.load(at, 16));
      s2 = v128.or(s2, v128.load(at, 32));
      s3 = v128.or(s3, v128.load(at, 48));
      s0 = v128.or(s0, v128.load(at, 64));
      s1 = v128.or(s1, v128.load(at, 80));
      s2 = v128.or(s2, v128.load(at, 96));
      s3 = v128.or(s3, v128.load(at, 112));
    }
  }
  v128.store(from + size, v128.or(v128.or(s0, s1), v128.or(s2, s3)));
}

/** Loads of 16 bytes and their stores elsewhere. */
export function copies(from: usize, to: usize, size: usize, rounds: i32): void {
  const offset = to - from;
  for (let round = 0; round < rounds; round++) {
    for (let at = from, end = from + size; at < end; at += 64) {
      const a = v128.load(at), b = v128.load(at, 16), c = v128.load(at, 32), d = v128.load(at, 48);
      v128.store(at + offset, a);
      v128.store(at + offset, b, 16);
      v128.store(at + offset, c, 32);
      v128.store(at + offset, d, 48);
    }
  }
}
