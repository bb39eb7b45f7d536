/** x where x ≥ 0, else alpha·x. */
export function leakyRelu(input: usize, output: usize, count: usize, alpha: f32): void {
  const zero = f32x4.splat(0), slope = f32x4.splat(alpha);
  for (const end = input + (count << 2); input < end; input += 16, output += 16) {
    const x = v128.load(input);
    v128.store(output, v128.bitselect(f32x4.mul(x, slope), x, f32x4.lt(x, zero)));
  }
}
