import { atLeast } from '../../clip/assembly/bounds';

/*
 * What kernels are compiled for, each for itself, by the type of what is multiplied: f32, or integers in words of 4 bytes, two i16 or four
 * i8, whose products are summed as int32. Sums of i16 wrap around: only the last one has to fit.
 */

/**
 * sum + a·w, or sum + a₀·w₀ + a₁·w₁, or of four products: weights of 8 bits with a sign times inputs of 7 bits without, of which relaxed SIMD
 * has the same sums on all engines.
 */
// @ts-ignore: decorator
@inline
export function multiplyAdd<T>(sum: v128, a: v128, w: v128): v128 {
  if (sizeof<T>() == 1) return i32x4.relaxed_dot_i8x16_i7x16_add_s(w, a, sum);
  if (isInteger<T>()) return i32x4.add(sum, i32x4.dot_i16x8_s(a, w));
  return f32x4.add(sum, f32x4.mul(a, w));
}

/** Sums of what is multiplied. */
// @ts-ignore: decorator
@inline
export function addSums<T>(a: v128, b: v128): v128 {
  return isFloat<T>() ? f32x4.add(a, b) : i32x4.add(a, b);
}

// @ts-ignore: decorator
@inline
export function subtractSums<T>(a: v128, b: v128): v128 {
  return isFloat<T>() ? f32x4.sub(a, b) : i32x4.sub(a, b);
}

/** What is multiplied: a ± b. */
// @ts-ignore: decorator
@inline
export function addOrSubtract<T>(sum: bool, a: v128, b: v128): v128 {
  if (isInteger<T>()) return sum ? i16x8.add(a, b) : i16x8.sub(a, b);
  return sum ? f32x4.add(a, b) : f32x4.sub(a, b);
}

/** Sums of floats begin with their bias. */
// @ts-ignore: decorator
@inline
export function start<T>(bias: v128): v128 {
  return isFloat<T>() ? bias : i32x4.splat(0);
}

/** What a unit of an output's sum stands for, in integers: that of the inputs times that of the weights. */
// @ts-ignore: decorator
@inline
export function unitOf<T>(factor: v128, scale: usize): v128 {
  return isFloat<T>() ? factor : f32x4.mul(factor, v128.load32_splat(scale));
}

/** An output: a sum of floats as it is, one of integers as unit·sum + bias. */
// @ts-ignore: decorator
@inline
export function finish<T>(sum: v128, unit: v128, bias: v128): v128 {
  return isFloat<T>() ? sum : f32x4.add(f32x4.mul(f32x4.convert_i32x4_s(sum), unit), bias);
}

/** What is stored at `to`, at least `low`: a value, and what lies `ahead` bytes on added to it; 0 adds nothing. */
// @ts-ignore: decorator
@inline
export function addedTo(value: v128, to: usize, ahead: usize, low: v128): v128 {
  return atLeast(ahead ? f32x4.add(value, v128.load(to + ahead)) : value, low);
}
