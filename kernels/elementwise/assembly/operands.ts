/** Four elements of an operand's row from byte `at` on, or its one element four times where it stays (`step` 0). */
// @ts-ignore: decorator
@inline
export function operand4(row: usize, at: usize, step: usize): v128 {
  return step ? v128.load(row + at) : v128.load32_splat(row);
}
