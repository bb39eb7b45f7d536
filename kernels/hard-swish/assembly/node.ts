import { atLeast, atMost } from '../../clip/assembly/bounds';

/** x·min(max(x/6 + 1/2, 0), 1). */
export function hardSwish(input: usize, output: usize, count: usize): void {
  const sixth = f32x4.splat(1.0 / 6.0), half = f32x4.splat(0.5), zero = f32x4.splat(0), one = f32x4.splat(1);
  for (const end = input + (count << 2); input < end; input += 16, output += 16) {
    const x = v128.load(input);
    const gate = f32x4.add(f32x4.mul(x, sixth), half);
    v128.store(output, f32x4.mul(x, atMost(atLeast(gate, zero), one)));
  }
}
