import type { KernelThis } from '../gpujs.ts';

export function geluKernel(this: KernelThis<{ root: number }>, inputs: number[][]): number {
  const x = inputs[this.thread.y][this.thread.x];
  // erf by a rational function on [−4, 4], beyond which it is ±1 in float32 (Eigen's generic_fast_erf_float).
  const u = Math.min(Math.max(x * this.constants.root, -4), 4);
  const z = u * u;
  const p =
    (((((-2.72614225801306e-10 * z + 2.77068142495902e-8) * z - 2.10102402082508e-6) * z -
      5.69250639462346e-5) *
      z -
      7.34990630326855e-4) *
      z -
      2.95459980854025e-3) *
      z -
    1.60960333262415e-2;
  const q =
    (((-1.45660718464996e-5 * z - 2.13374055278905e-4) * z - 1.68282697438203e-3) * z - 7.37332916720468e-3) *
      z -
    1.42647390514189e-2;
  return 0.5 * x * (1 + (u * p) / q);
}

export function geluTanhKernel(this: KernelThis<object>, inputs: number[][]): number {
  const x = inputs[this.thread.y][this.thread.x];
  const u = 0.7978845608028654 * (x + 0.044715 * x * x * x);
  // Devices promise little of their own tanh: a polynomial where |x| < 0.625 (Cephes tanhf), else by exp.
  const size = Math.abs(u);
  const z = u * u;
  const small =
    ((((-5.70498872745e-3 * z + 2.06390887954e-2) * z - 5.37397155531e-2) * z + 1.33314422036e-1) * z -
      3.33332819422e-1) *
      z *
      u +
    u;
  const large = 1 - 2 / (Math.exp(2 * Math.min(size, 20)) + 1);
  let t = small;
  if (size >= 0.625) t = large;
  if (u <= -0.625) t = -large;
  return 0.5 * x * (1 + t);
}
