/** max(value, low), where `low` is no NaN and NaN stays NaN: one instruction, which the `f32x4.max` of any two operands is not. */
// @ts-ignore: decorator
@inline
export function atLeast(value: v128, low: v128): v128 {
  return f32x4.pmax(value, low);
}

/** min(value, high), likewise. */
// @ts-ignore: decorator
@inline
export function atMost(value: v128, high: v128): v128 {
  return f32x4.pmin(value, high);
}

/** The larger of each two elements, NaN where either is: three instructions, where V8 makes eight of `f32x4.max`. Of two zeros, the negative one. */
// @ts-ignore: decorator
@inline
export function larger(a: v128, b: v128): v128 {
  // `pmax` gives its first operand where one is NaN; otherwise both are the same bits.
  return v128.or(f32x4.pmax(a, b), f32x4.pmax(b, a));
}

/** The smaller, likewise. */
// @ts-ignore: decorator
@inline
export function smaller(a: v128, b: v128): v128 {
  return v128.or(f32x4.pmin(a, b), f32x4.pmin(b, a));
}
