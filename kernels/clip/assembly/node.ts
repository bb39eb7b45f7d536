import { atLeast, atMost } from './bounds';

/** min(max(x, least), most); NaN stays NaN. */
export function clip(input: usize, output: usize, count: usize, least: f32, most: f32): void {
  const low = f32x4.splat(least), high = f32x4.splat(most);
  for (const end = input + (count << 2); input < end; input += 16, output += 16) {
    v128.store(output, atMost(atLeast(v128.load(input), low), high));
  }
}
