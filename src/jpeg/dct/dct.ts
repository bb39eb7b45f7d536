import { DCT_BASIS } from './basis.ts';

/**
 * The 8-point DCT-II in float64, orthonormal, and its 8×8 form, which is exactly T.81 A.3.3 (FDCT and IDCT).
 * Plain matrix products: the oracle of all faster implementations.
 */

/** 8 samples → 8 frequencies: `output[u] = Σ_x basis[u, x] · samples[x]`. The two may be the same array. */
export function forwardDct8(samples: ArrayLike<number>, output: Float64Array): void {
  transformLine(samples, output, 0, 1, 8, 1);
}

/** 8 frequencies → 8 samples, the inverse of `forwardDct8`. The two may be the same array. */
export function inverseDct8(frequencies: ArrayLike<number>, output: Float64Array): void {
  transformLine(frequencies, output, 0, 1, 1, 8);
}

/**
 * 8×8 level-shifted samples (row-major) → 8×8 coefficients in natural order (`v * 8 + u`), T.81 A.3.3 FDCT.
 * Neither quantised nor rounded. The two may be the same array.
 */
export function forwardDct8x8(samples: ArrayLike<number>, output: Float64Array): void {
  for (let y = 0; y < 8; y++) transformLine(samples, output, y * 8, 1, 8, 1);
  for (let u = 0; u < 8; u++) transformLine(output, output, u, 8, 8, 1);
}

/**
 * 8×8 dequantised coefficients (natural order) → 8×8 level-shifted samples (row-major), T.81 A.3.3 IDCT.
 * Neither rounded nor clamped. The two may be the same array.
 */
export function inverseDct8x8(coefficients: ArrayLike<number>, output: Float64Array): void {
  for (let v = 0; v < 8; v++) transformLine(coefficients, output, v * 8, 1, 1, 8);
  for (let x = 0; x < 8; x++) transformLine(output, output, x, 8, 1, 8);
}

/**
 * One line of 8 values times the basis. The line starts at `start` and steps by `stride` in both arrays; the basis is
 * read with `outputStep` from one output to the next and `inputStep` along the line: (8, 1) is the forward transform,
 * (1, 8), the transpose, the inverse.
 */
function transformLine(
  input: ArrayLike<number>,
  output: Float64Array,
  start: number,
  stride: number,
  outputStep: number,
  inputStep: number,
): void {
  const a = input[start];
  const b = input[start + stride];
  const c = input[start + 2 * stride];
  const d = input[start + 3 * stride];
  const e = input[start + 4 * stride];
  const f = input[start + 5 * stride];
  const g = input[start + 6 * stride];
  const h = input[start + 7 * stride];
  for (let i = 0; i < 8; i++) {
    const at = i * outputStep;
    output[start + i * stride] =
      a * DCT_BASIS[at] +
      b * DCT_BASIS[at + inputStep] +
      c * DCT_BASIS[at + 2 * inputStep] +
      d * DCT_BASIS[at + 3 * inputStep] +
      e * DCT_BASIS[at + 4 * inputStep] +
      f * DCT_BASIS[at + 5 * inputStep] +
      g * DCT_BASIS[at + 6 * inputStep] +
      h * DCT_BASIS[at + 7 * inputStep];
  }
}
