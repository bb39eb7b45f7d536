import { erf4, tanh4 } from '../../elementwise/assembly/functions';

/** ½·x·(1 + erf(x ÷ √2)). */
export function gelu(input: usize, output: usize, count: usize): void {
  const half = f32x4.splat(0.5), one = f32x4.splat(1), root = f32x4.splat(0.7071067811865476);
  for (const end = input + (count << 2); input < end; input += 16, output += 16) {
    const x = v128.load(input);
    v128.store(output, f32x4.mul(f32x4.mul(half, x), f32x4.add(one, erf4(f32x4.mul(x, root)))));
  }
}

/** ½·x·(1 + tanh(√(2 ÷ π)·(x + 0.044715·x³))). */
export function geluTanh(input: usize, output: usize, count: usize): void {
  const half = f32x4.splat(0.5), one = f32x4.splat(1), root = f32x4.splat(0.7978845608028654), cubic = f32x4.splat(0.044715);
  for (const end = input + (count << 2); input < end; input += 16, output += 16) {
    const x = v128.load(input);
    const inner = f32x4.add(x, f32x4.mul(cubic, f32x4.mul(x, f32x4.mul(x, x))));
    v128.store(output, f32x4.mul(f32x4.mul(half, x), f32x4.add(one, tanh4(f32x4.mul(root, inner)))));
  }
}
