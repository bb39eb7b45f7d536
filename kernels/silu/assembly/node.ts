import { sigmoid4 } from '../../elementwise/assembly/functions';

/** x·sigmoid(x). */
export function silu(input: usize, output: usize, count: usize): void {
  for (const end = input + (count << 2); input < end; input += 16, output += 16) {
    const x = v128.load(input);
    v128.store(output, f32x4.mul(x, sigmoid4(x)));
  }
}
