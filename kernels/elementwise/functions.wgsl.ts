/** 1 ÷ (1 + exp(−x)); the argument is kept where `exp` gives a float32: drivers differ beyond. */
export const SIGMOID = `
fn sigmoid(x: V) -> V {
  return 1.0 / (1.0 + exp(-clamp(x, V(-87.0), V(87.0))));
}
`;

/** A polynomial where |x| < 0.625 (Cephes tanhf), else by `exp`: WGSL promises little of its own `tanh`. */
export const TANH = `
fn accurateTanh(x: V) -> V {
  let z = x * x;
  let p = (((-5.70498872745e-3 * z + 2.06390887954e-2) * z - 5.37397155531e-2) * z + 1.33314422036e-1) * z - 3.33332819422e-1;
  let small = p * z * x + x;
  let large = sign(x) * (1.0 - 2.0 / (exp(2.0 * min(abs(x), V(20.0))) + 1.0));
  return select(large, small, abs(x) < V(0.625));
}
`;

/** A rational function on [−4, 4], beyond which erf is ±1 in float32 (Eigen's generic_fast_erf_float). */
export const ERF = `
fn erf(argument: V) -> V {
  let x = clamp(argument, V(-4.0), V(4.0));
  let z = x * x;
  let p = (((((-2.72614225801306e-10 * z + 2.77068142495902e-8) * z - 2.10102402082508e-6) * z
    - 5.69250639462346e-5) * z - 7.34990630326855e-4) * z - 2.95459980854025e-3) * z - 1.60960333262415e-2;
  let q = (((-1.45660718464996e-5 * z - 2.13374055278905e-4) * z - 1.68282697438203e-3) * z
    - 7.37332916720468e-3) * z - 1.42647390514189e-2;
  return x * p / q;
}
`;

/** log(1 + e) for e from 0 to 1, to all digits: 2·artanh(s) by its series, s = e ÷ (2 + e) ≤ ⅓. */
export const LOG1P = `
fn log1p(e: V) -> V {
  let s = e / (2.0 + e);
  let z = s * s;
  return 2.0 * s * ((((((z / 13.0 + 1.0 / 11.0) * z + 1.0 / 9.0) * z + 1.0 / 7.0) * z + 0.2) * z + 1.0 / 3.0) * z + 1.0);
}
`;
