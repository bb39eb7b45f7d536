import { atLeast } from '../../clip/assembly/bounds';
import { erf4, exp4, log1p4, log4 } from '../../elementwise/assembly/functions';

/** x·tanh(log(1 + exp(x))); the hyperbolic tangent as a quotient in e = exp(−|x|), without a difference of large numbers. */
// @ts-ignore: decorator
@inline
function mish4(x: v128): v128 {
  const two = f32x4.splat(2), e = exp4(f32x4.neg(f32x4.abs(x)));
  const twice = f32x4.add(e, e), square = f32x4.mul(e, e);
  const above = f32x4.add(f32x4.splat(1), twice), below = f32x4.add(square, twice);
  const isAbove = f32x4.gt(x, f32x4.splat(0));
  const numerator = v128.bitselect(above, below, isAbove);
  const rest = v128.bitselect(f32x4.add(square, square), two, isAbove);
  return f32x4.mul(x, f32x4.div(numerator, f32x4.add(numerator, rest)));
}

/** −1, 0 or 1. */
// @ts-ignore: decorator
@inline
function sign4(x: v128): v128 {
  const one = v128.or(v128.and(x, i32x4.splat(0x80000000)), f32x4.splat(1));
  return v128.and(f32x4.ne(x, f32x4.splat(0)), one);
}

/** log(1 + exp(x)). */
// @ts-ignore: decorator
@inline
function softplus4(x: v128): v128 {
  return f32x4.add(atLeast(x, f32x4.splat(0)), log1p4(exp4(f32x4.neg(f32x4.abs(x)))));
}

// @ts-ignore: decorator
@inline
function softsign4(x: v128): v128 {
  return f32x4.div(x, f32x4.add(f32x4.splat(1), f32x4.abs(x)));
}

export function abs(input: usize, output: usize, count: usize): void {
  for (const end = input + (count << 2); input < end; input += 16, output += 16) v128.store(output, f32x4.abs(v128.load(input)));
}

export function ceil(input: usize, output: usize, count: usize): void {
  for (const end = input + (count << 2); input < end; input += 16, output += 16) v128.store(output, f32x4.ceil(v128.load(input)));
}

export function erf(input: usize, output: usize, count: usize): void {
  for (const end = input + (count << 2); input < end; input += 16, output += 16) v128.store(output, erf4(v128.load(input)));
}

export function exp(input: usize, output: usize, count: usize): void {
  for (const end = input + (count << 2); input < end; input += 16, output += 16) v128.store(output, exp4(v128.load(input)));
}

export function floor(input: usize, output: usize, count: usize): void {
  for (const end = input + (count << 2); input < end; input += 16, output += 16) v128.store(output, f32x4.floor(v128.load(input)));
}

export function log(input: usize, output: usize, count: usize): void {
  for (const end = input + (count << 2); input < end; input += 16, output += 16) v128.store(output, log4(v128.load(input)));
}

export function mish(input: usize, output: usize, count: usize): void {
  for (const end = input + (count << 2); input < end; input += 16, output += 16) v128.store(output, mish4(v128.load(input)));
}

export function negate(input: usize, output: usize, count: usize): void {
  for (const end = input + (count << 2); input < end; input += 16, output += 16) v128.store(output, f32x4.neg(v128.load(input)));
}

export function reciprocal(input: usize, output: usize, count: usize): void {
  for (const end = input + (count << 2); input < end; input += 16, output += 16) v128.store(output, f32x4.div(f32x4.splat(1), v128.load(input)));
}

export function round(input: usize, output: usize, count: usize): void {
  for (const end = input + (count << 2); input < end; input += 16, output += 16) v128.store(output, f32x4.nearest(v128.load(input)));
}

export function sign(input: usize, output: usize, count: usize): void {
  for (const end = input + (count << 2); input < end; input += 16, output += 16) v128.store(output, sign4(v128.load(input)));
}

export function softplus(input: usize, output: usize, count: usize): void {
  for (const end = input + (count << 2); input < end; input += 16, output += 16) v128.store(output, softplus4(v128.load(input)));
}

export function softsign(input: usize, output: usize, count: usize): void {
  for (const end = input + (count << 2); input < end; input += 16, output += 16) v128.store(output, softsign4(v128.load(input)));
}

export function sqrt(input: usize, output: usize, count: usize): void {
  for (const end = input + (count << 2); input < end; input += 16, output += 16) v128.store(output, f32x4.sqrt(v128.load(input)));
}

/** slope·x where x > 0, else amount·(exp(rate·x) − 1). */
export function elu(input: usize, output: usize, count: usize, slope: f32, amount: f32, rate: f32): void {
  const zero = f32x4.splat(0), one = f32x4.splat(1);
  for (const end = input + (count << 2); input < end; input += 16, output += 16) {
    const x = v128.load(input);
    const below = f32x4.mul(f32x4.splat(amount), f32x4.sub(exp4(f32x4.mul(f32x4.splat(rate), x)), one));
    v128.store(output, v128.bitselect(f32x4.mul(f32x4.splat(slope), x), below, f32x4.gt(x, zero)));
  }
}

/** x where x > alpha, else 0. */
export function thresholdedRelu(input: usize, output: usize, count: usize, alpha: f32): void {
  const least = f32x4.splat(alpha);
  for (const end = input + (count << 2); input < end; input += 16, output += 16) {
    const x = v128.load(input);
    v128.store(output, v128.and(x, f32x4.gt(x, least)));
  }
}
