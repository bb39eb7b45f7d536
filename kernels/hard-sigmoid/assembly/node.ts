import { atLeast, atMost } from '../../clip/assembly/bounds';

/** min(max(alpha·x + beta, 0), 1). */
export function hardSigmoid(input: usize, output: usize, count: usize, alpha: f32, beta: f32): void {
  const slope = f32x4.splat(alpha), shift = f32x4.splat(beta), zero = f32x4.splat(0), one = f32x4.splat(1);
  for (const end = input + (count << 2); input < end; input += 16, output += 16) {
    const y = f32x4.add(f32x4.mul(v128.load(input), slope), shift);
    v128.store(output, atMost(atLeast(y, zero), one));
  }
}
