import { atLeast } from '../../clip/assembly/at-least';

/**
 * What kernels are compiled for twice, as `isInt16` says: float32, or pairs of int16 in words of 4 bytes, whose products are summed as
 * int32. Sums of pairs wrap around: only the last one has to fit.
 */

/** sum + a·w, or sum + a₀·w₀ + a₁·w₁. */
// @ts-ignore: decorator
@inline
export function multiplyAdd(isInt16: bool, sum: v128, a: v128, w: v128): v128 {
  return isInt16 ? i32x4.add(sum, i32x4.dot_i16x8_s(a, w)) : f32x4.add(sum, f32x4.mul(a, w));
}

/** Sums of what is multiplied. */
// @ts-ignore: decorator
@inline
export function addSums(isInt16: bool, a: v128, b: v128): v128 {
  return isInt16 ? i32x4.add(a, b) : f32x4.add(a, b);
}

// @ts-ignore: decorator
@inline
export function subtractSums(isInt16: bool, a: v128, b: v128): v128 {
  return isInt16 ? i32x4.sub(a, b) : f32x4.sub(a, b);
}

/** What is multiplied: a ± b. */
// @ts-ignore: decorator
@inline
export function addOrSubtract(isInt16: bool, sum: bool, a: v128, b: v128): v128 {
  if (isInt16) return sum ? i16x8.add(a, b) : i16x8.sub(a, b);
  return sum ? f32x4.add(a, b) : f32x4.sub(a, b);
}

/** Sums of floats begin with their bias. */
// @ts-ignore: decorator
@inline
export function start(isInt16: bool, bias: usize): v128 {
  return isInt16 ? i32x4.splat(0) : v128.load32_splat(bias);
}

/** An output: a sum of floats as it is, one of pairs as scale·factor·sum + bias. */
// @ts-ignore: decorator
@inline
export function finish(isInt16: bool, sum: v128, scale: usize, factor: v128, bias: usize): v128 {
  if (!isInt16) return sum;
  const value = f32x4.mul(f32x4.convert_i32x4_s(sum), f32x4.mul(factor, v128.load32_splat(scale)));
  return f32x4.add(value, v128.load32_splat(bias));
}

/** What is stored at `to`, at least `low`: a value, and what lies `ahead` bytes on added to it; 0 adds nothing. */
// @ts-ignore: decorator
@inline
export function addedTo(value: v128, to: usize, ahead: usize, low: v128): v128 {
  return atLeast(ahead ? f32x4.add(value, v128.load(to + ahead)) : value, low);
}
