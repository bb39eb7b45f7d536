/** max(value, low), where `low` is no NaN and NaN stays NaN: one instruction, which the `f32x4.max` of any two operands is not. */
// @ts-ignore: decorator
@inline
export function atLeast(value: v128, low: v128): v128 {
  return f32x4.pmax(value, low);
}
