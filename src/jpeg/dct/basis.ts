/**
 * The 8-point DCT-II as a matrix: entry `u * 8 + x` is C(u)/2 · cos((2x + 1)uπ/16), with C(0) = 1/√2 and C(u) = 1
 * otherwise. Its rows are orthonormal, so its transpose is its inverse.
 */
export const DCT_BASIS: Float64Array = Float64Array.from({ length: 64 }, (_, index) => {
  const u = index >> 3;
  const x = index & 7;
  return u === 0 ? Math.SQRT1_2 / 2 : Math.cos(((2 * x + 1) * u * Math.PI) / 16) / 2;
});
