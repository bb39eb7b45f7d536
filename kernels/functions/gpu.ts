import type { KernelThis } from '../gpujs.ts';

export function absKernel(this: KernelThis<object>, inputs: number[][]): number {
  return Math.abs(inputs[this.thread.y][this.thread.x]);
}

export function ceilKernel(this: KernelThis<object>, inputs: number[][]): number {
  return Math.ceil(inputs[this.thread.y][this.thread.x]);
}

export function eluKernel(
  this: KernelThis<{ slope: number; amount: number; rate: number }>,
  inputs: number[][],
): number {
  const x = inputs[this.thread.y][this.thread.x];
  const bounded = Math.max(Math.min(this.constants.rate * x, 0), -87);
  let value = this.constants.amount * (Math.exp(bounded) - 1);
  if (x > 0) value = this.constants.slope * x;
  return value;
}

export function erfKernel(this: KernelThis<object>, inputs: number[][]): number {
  // A rational function on [−4, 4], beyond which erf is ±1 in float32 (Eigen's generic_fast_erf_float).
  const u = Math.min(Math.max(inputs[this.thread.y][this.thread.x], -4), 4);
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
  return (u * p) / q;
}

export function expKernel(this: KernelThis<object>, inputs: number[][]): number {
  return Math.exp(Math.min(Math.max(inputs[this.thread.y][this.thread.x], -87.3), 88.3));
}

export function floorKernel(this: KernelThis<object>, inputs: number[][]): number {
  return Math.floor(inputs[this.thread.y][this.thread.x]);
}

export function logKernel(this: KernelThis<object>, inputs: number[][]): number {
  return Math.log(inputs[this.thread.y][this.thread.x]);
}

export function mishKernel(this: KernelThis<object>, inputs: number[][]): number {
  const x = inputs[this.thread.y][this.thread.x];
  const e = Math.exp(-Math.min(Math.abs(x), 87));
  // tanh(log(1 + exp(x))) without a difference of large numbers.
  const above = 1 + 2 * e;
  const below = e * e + 2 * e;
  let share = below / (below + 2);
  if (x > 0) share = above / (above + 2 * e * e);
  return x * share;
}

export function negateKernel(this: KernelThis<object>, inputs: number[][]): number {
  return -inputs[this.thread.y][this.thread.x];
}

export function reciprocalKernel(this: KernelThis<object>, inputs: number[][]): number {
  return 1 / inputs[this.thread.y][this.thread.x];
}

/** Halves go to the even neighbour. */
export function roundKernel(this: KernelThis<object>, inputs: number[][]): number {
  const x = inputs[this.thread.y][this.thread.x];
  const low = Math.floor(x);
  const rest = x - low;
  const isOdd = low - 2 * Math.floor(low / 2);
  let value = low;
  if (rest > 0.5) value = low + 1;
  if (rest === 0.5) value = low + isOdd;
  return value;
}

export function signKernel(this: KernelThis<object>, inputs: number[][]): number {
  const x = inputs[this.thread.y][this.thread.x];
  let value = 0;
  if (x > 0) value = 1;
  if (x < 0) value = -1;
  return value;
}

export function softplusKernel(this: KernelThis<object>, inputs: number[][]): number {
  const x = inputs[this.thread.y][this.thread.x];
  const e = Math.exp(-Math.min(Math.abs(x), 87));
  // log(1 + e) to all digits: 2·artanh(s) by its series, s = e ÷ (2 + e) ≤ ⅓.
  const s = e / (2 + e);
  const z = s * s;
  const series = (((((z / 13 + 1 / 11) * z + 1 / 9) * z + 1 / 7) * z + 0.2) * z + 1 / 3) * z + 1;
  return Math.max(x, 0) + 2 * s * series;
}

export function softsignKernel(this: KernelThis<object>, inputs: number[][]): number {
  const x = inputs[this.thread.y][this.thread.x];
  return x / (1 + Math.abs(x));
}

export function sqrtKernel(this: KernelThis<object>, inputs: number[][]): number {
  return Math.sqrt(inputs[this.thread.y][this.thread.x]);
}

export function thresholdedReluKernel(this: KernelThis<{ alpha: number }>, inputs: number[][]): number {
  const x = inputs[this.thread.y][this.thread.x];
  let value = 0;
  if (x > this.constants.alpha) value = x;
  return value;
}
