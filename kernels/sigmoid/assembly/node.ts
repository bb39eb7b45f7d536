import { sigmoid4 } from '../../elementwise/assembly/functions';

/** 1 ÷ (1 + exp(−x)). */
export function sigmoid(input: usize, output: usize, count: usize): void {
  for (const end = input + (count << 2); input < end; input += 16, output += 16) {
    v128.store(output, sigmoid4(v128.load(input)));
  }
}
