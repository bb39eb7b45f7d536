import type { KernelCall } from '../../kernels/train/kernels.ts';

/** Multiplications that a call asks for; 0 for kernels that move and add. */
export function multiplications([kernel, ...operands]: KernelCall): number {
  if (kernel === 'multiply') return operands[0] * operands[1] * operands[2];
  // Outputs × products, then images, height and width where the kernel has them.
  if (kernel === 'convolve') return product([operands[0], operands[1], ...operands.slice(7, 10)]);
  if (kernel === 'convolveWeights') return product([operands[0], operands[1], ...operands.slice(10, 13)]);
  return 0;
}

function product(factors: readonly number[]): number {
  return factors.reduce((all, factor) => all * factor, 1);
}
