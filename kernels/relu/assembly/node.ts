import { atLeast } from '../../clip/assembly/bounds';

/** max(0, x); NaN stays NaN. */
export function relu(input: usize, output: usize, count: usize): void {
  const zero = f32x4.splat(0);
  for (const end = input + (count << 2); input < end; input += 16, output += 16) {
    v128.store(output, atLeast(v128.load(input), zero));
  }
}
