// Loops that do one thing as fast as WebAssembly does it here, in the form that the kernels have: the ceilings beside which these are
// measured. Each returns something of all that it did, so that nothing is left out.

/** Vectors of inputs that the products go through: 8 kB, in the first-level cache. */
const INPUTS: usize = 8192;

/** f32x4.mul and f32x4.add: four weights, two vectors of inputs, eight sums. Returns how many products of vectors that were. */
export function float32(input: usize, rounds: i32): i32 {
  const w0 = v128.load(input), w1 = v128.load(input, 16), w2 = v128.load(input, 32), w3 = v128.load(input, 48);
  let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0, s4 = s0, s5 = s0, s6 = s0, s7 = s0;
  for (let round = 0; round < rounds; round++) {
    for (let at = input, end = input + INPUTS; at < end; at += 32) {
      const x = v128.load(at), y = v128.load(at, 16);
      s0 = f32x4.add(s0, f32x4.mul(x, w0));
      s1 = f32x4.add(s1, f32x4.mul(x, w1));
      s2 = f32x4.add(s2, f32x4.mul(x, w2));
      s3 = f32x4.add(s3, f32x4.mul(x, w3));
      s4 = f32x4.add(s4, f32x4.mul(y, w0));
      s5 = f32x4.add(s5, f32x4.mul(y, w1));
      s6 = f32x4.add(s6, f32x4.mul(y, w2));
      s7 = f32x4.add(s7, f32x4.mul(y, w3));
    }
  }
  v128.store(input + INPUTS, f32x4.add(f32x4.add(f32x4.add(s0, s1), f32x4.add(s2, s3)), f32x4.add(f32x4.add(s4, s5), f32x4.add(s6, s7))));
  return rounds * <i32>(INPUTS >> 2);
}

/** The same by i32x4.dot_i16x8_s, two products for each sum. */
export function int16(input: usize, rounds: i32): i32 {
  const w0 = v128.load(input), w1 = v128.load(input, 16), w2 = v128.load(input, 32), w3 = v128.load(input, 48);
  let s0 = i32x4.splat(0), s1 = s0, s2 = s0, s3 = s0, s4 = s0, s5 = s0, s6 = s0, s7 = s0;
  for (let round = 0; round < rounds; round++) {
    for (let at = input, end = input + INPUTS; at < end; at += 32) {
      const x = v128.load(at), y = v128.load(at, 16);
      s0 = i32x4.add(s0, i32x4.dot_i16x8_s(x, w0));
      s1 = i32x4.add(s1, i32x4.dot_i16x8_s(x, w1));
      s2 = i32x4.add(s2, i32x4.dot_i16x8_s(x, w2));
      s3 = i32x4.add(s3, i32x4.dot_i16x8_s(x, w3));
      s4 = i32x4.add(s4, i32x4.dot_i16x8_s(y, w0));
      s5 = i32x4.add(s5, i32x4.dot_i16x8_s(y, w1));
      s6 = i32x4.add(s6, i32x4.dot_i16x8_s(y, w2));
      s7 = i32x4.add(s7, i32x4.dot_i16x8_s(y, w3));
    }
  }
  v128.store(input + INPUTS, i32x4.add(i32x4.add(i32x4.add(s0, s1), i32x4.add(s2, s3)), i32x4.add(i32x4.add(s4, s5), i32x4.add(s6, s7))));
  return rounds * <i32>(INPUTS >> 2);
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
