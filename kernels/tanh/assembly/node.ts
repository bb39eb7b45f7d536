import { tanh4 } from '../../elementwise/assembly/functions';

export function tanh(input: usize, output: usize, count: usize): void {
  for (const end = input + (count << 2); input < end; input += 16, output += 16) {
    v128.store(output, tanh4(v128.load(input)));
  }
}
