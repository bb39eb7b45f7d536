/** Adding 1.5·2²³ leaves a float's nearest integer, ties to even, in the low bits of its mantissa. */
export const ROUNDING_SHIFT: f32 = 12582912;
/** The bits of that constant: subtract them to get the integer. */
export const ROUNDING_BITS: i32 = 0x4b400000;
