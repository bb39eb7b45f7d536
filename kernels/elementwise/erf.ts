/** The error function in float64: its Taylor series up to |x| = 3, beyond that 1 − erfc by a continued fraction. */
export function erf(x: number): number {
  const size = Math.abs(x);
  if (size > 6) return Math.sign(x);
  if (size > 3) return Math.sign(x) * (1 - erfcTail(size));
  let term = x;
  let sum = x;
  for (let n = 1; Math.abs(term) > 1e-18 * Math.abs(sum); n++) {
    term *= (-x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}

/** erfc(x) = exp(−x²) ÷ √π ÷ (x + ½ ÷ (x + 1 ÷ (x + 3/2 ÷ …))) for x ≥ 3 (Abramowitz and Stegun 7.1.14). */
function erfcTail(x: number): number {
  let fraction = x;
  for (let k = 60; k > 0; k--) fraction = x + k / 2 / fraction;
  return Math.exp(-x * x) / Math.sqrt(Math.PI) / fraction;
}
