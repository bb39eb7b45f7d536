const INPUTS: usize = 8192;

/** As `float32` in ceilings.ts, by i32x4.relaxed_dot_i8x16_i7x16_add_s, four products for each sum. */
export function int8(input: usize, rounds: i32): i32 {
  const w0 = v128.load(input), w1 = v128.load(input, 16), w2 = v128.load(input, 32), w3 = v128.load(input, 48);
  let s0 = i32x4.splat(0), s1 = s0, s2 = s0, s3 = s0, s4 = s0, s5 = s0, s6 = s0, s7 = s0;
  for (let round = 0; round < rounds; round++) {
    for (let at = input, end = input + INPUTS; at < end; at += 32) {
      const x = v128.load(at), y = v128.load(at, 16);
      s0 = i32x4.relaxed_dot_i8x16_i7x16_add_s(w0, x, s0);
      s1 = i32x4.relaxed_dot_i8x16_i7x16_add_s(w1, x, s1);
      s2 = i32x4.relaxed_dot_i8x16_i7x16_add_s(w2, x, s2);
      s3 = i32x4.relaxed_dot_i8x16_i7x16_add_s(w3, x, s3);
      s4 = i32x4.relaxed_dot_i8x16_i7x16_add_s(w0, y, s4);
      s5 = i32x4.relaxed_dot_i8x16_i7x16_add_s(w1, y, s5);
      s6 = i32x4.relaxed_dot_i8x16_i7x16_add_s(w2, y, s6);
      s7 = i32x4.relaxed_dot_i8x16_i7x16_add_s(w3, y, s7);
    }
  }
  v128.store(input + INPUTS, i32x4.add(i32x4.add(i32x4.add(s0, s1), i32x4.add(s2, s3)), i32x4.add(i32x4.add(s4, s5), i32x4.add(s6, s7))));
  return rounds * <i32>(INPUTS >> 2);
}
