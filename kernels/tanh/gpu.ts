import type { KernelThis } from '../gpujs.ts';

export function tanhKernel(this: KernelThis<object>, inputs: number[][]): number {
  const x = inputs[this.thread.y][this.thread.x];
  // Devices promise little of their own tanh: a polynomial where |x| < 0.625 (Cephes tanhf), else by exp.
  const size = Math.abs(x);
  const z = x * x;
  const small =
    ((((-5.70498872745e-3 * z + 2.06390887954e-2) * z - 5.37397155531e-2) * z + 1.33314422036e-1) * z -
      3.33332819422e-1) *
      z *
      x +
    x;
  const large = 1 - 2 / (Math.exp(2 * Math.min(size, 20)) + 1);
  let t = small;
  if (size >= 0.625) t = large;
  if (x <= -0.625) t = -large;
  return t;
}
