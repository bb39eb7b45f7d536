import { binaryWgsl } from '../elementwise/wgsl.ts';
import type { WgslKernel } from '../wgsl.ts';
import { type Operation, perOperation } from './operations.ts';

const EXPRESSIONS: Readonly<Record<Operation, string>> = {
  add: 'a + b',
  divide: 'a / b',
  maximum: 'max(a, b)',
  minimum: 'min(a, b)',
  multiply: 'a * b',
  power: 'power(a, b)',
  subtract: 'a - b',
};

/** WGSL's `pow` is defined for a ≥ 0 only: whole exponents get the sign that they have for others. */
const POWER = `
fn power(a: V, b: V) -> V {
  let isWhole = floor(b) == b;
  let size = pow(select(a, abs(a), isWhole), b);
  let isOdd = floor(0.5 * b) * 2.0 != b;
  return select(size, -size, isWhole & isOdd & (a < V(0)));
}
`;

export const kernels: Readonly<Record<Operation, WgslKernel<{ readonly constantFirst: boolean }>>> =
  perOperation((name) => binaryWgsl(name, EXPRESSIONS[name], name === 'power' ? POWER : ''));
