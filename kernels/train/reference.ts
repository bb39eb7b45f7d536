/** The kernels of training in plain float64 loops: the oracle of the float32 SIMD ones. */

import type { Operand } from './kernels.ts';

/** C = A·B: A is m × k, B is k × n; returns C, m × n row-major. */
export function multiplyReference(m: number, n: number, k: number, a: Operand, b: Operand): Float64Array {
  const c = new Float64Array(m * n);
  for (let row = 0; row < m; row++) {
    for (let column = 0; column < n; column++) {
      let sum = 0;
      for (let i = 0; i < k; i++) {
        const left = a.buffer.values[row * a.row + i * a.column];
        sum += left * b.buffer.values[i * b.row + column * b.column];
      }
      c[row * n + column] = sum;
    }
  }
  return c;
}

export interface AdamState {
  latent: number;
  first: number;
  second: number;
}

export interface AdamNumbers {
  readonly lambda: number;
  readonly rate: number;
  readonly correction: number;
  readonly keepFirst: number;
  readonly keepSecond: number;
  readonly epsilon: number;
}

/** One coefficient's step of Adam, see assembly/coefficients.ts; `gradient` is that of the dequantised coefficient. */
export function adamReference(
  { latent, first, second }: AdamState,
  gradient: number,
  step: number,
  weight: number,
  { lambda, rate, correction, keepFirst, keepSecond, epsilon }: AdamNumbers,
): AdamState {
  const pull = (Math.sign(latent) * lambda * weight * 2) / Math.LN2 / (1 + 2 * Math.abs(latent));
  const g = gradient * step + pull;
  const m = keepFirst * first + (1 - keepFirst) * g;
  const v = keepSecond * second + (1 - keepSecond) * g * g;
  return { latent: latent - (rate * m) / (Math.sqrt(v) * correction + epsilon), first: m, second: v };
}
