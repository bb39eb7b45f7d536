import { atLeast, larger, smaller } from '../../clip/assembly/bounds';
import { exp4, log4 } from '../../elementwise/assembly/functions';
import { operand4 } from '../../elementwise/assembly/operands';

/** a `operation` b by rows, see `binaryWasm`; operations.ts has the numbers of the operations. */
export function arithmetic(
  operation: i32, a: usize, b: usize, output: usize, aOffsets: usize, bOffsets: usize, rows: usize, length: usize, aStep: usize,
  bStep: usize,
): void {
  switch (operation) {
    case 0: return byRows(0, a, b, output, aOffsets, bOffsets, rows, length, aStep, bStep);
    case 1: return byRows(1, a, b, output, aOffsets, bOffsets, rows, length, aStep, bStep);
    case 2: return byRows(2, a, b, output, aOffsets, bOffsets, rows, length, aStep, bStep);
    case 3: return byRows(3, a, b, output, aOffsets, bOffsets, rows, length, aStep, bStep);
    case 4: return byRows(4, a, b, output, aOffsets, bOffsets, rows, length, aStep, bStep);
    case 5: return byRows(5, a, b, output, aOffsets, bOffsets, rows, length, aStep, bStep);
    case 6: return byRows(6, a, b, output, aOffsets, bOffsets, rows, length, aStep, bStep);
  }
}

// @ts-ignore: decorator
@inline
function byRows(
  operation: i32, a: usize, b: usize, output: usize, aOffsets: usize, bOffsets: usize, rows: usize, length: usize, aStep: usize,
  bStep: usize,
): void {
  for (let row: usize = 0; row < rows; row++) {
    const left = a + load<u32>(aOffsets + (row << 2)), right = b + load<u32>(bOffsets + (row << 2));
    // The last vector of a row may reach into the next, which is written after it.
    for (let at: usize = 0; at < length << 2; at += 16) {
      v128.store(output + at, combine(operation, operand4(left, at, aStep), operand4(right, at, bStep)));
    }
    output += length << 2;
  }
}

// @ts-ignore: decorator
@inline
function combine(operation: i32, a: v128, b: v128): v128 {
  if (operation == 0) return f32x4.add(a, b);
  if (operation == 1) return f32x4.div(a, b);
  if (operation == 2) return larger(a, b);
  if (operation == 3) return smaller(a, b);
  if (operation == 4) return f32x4.mul(a, b);
  if (operation == 5) return power4(a, b);
  return f32x4.sub(a, b);
}

/** exp(b·log |a|), negative for odd b where a is; NaN where a is negative and b no whole number. */
// @ts-ignore: decorator
@inline
function power4(a: v128, b: v128): v128 {
  const zero = f32x4.splat(0), half = f32x4.splat(0.5), size = f32x4.abs(a);
  const power = exp4(f32x4.mul(b, log4(atLeast(size, f32x4.splat(1.17549435e-38)))));
  const isVanishing = v128.and(f32x4.eq(a, zero), f32x4.gt(b, zero));
  const isWhole = f32x4.eq(f32x4.floor(b), b), isNegative = f32x4.lt(a, zero);
  const halved = f32x4.mul(b, half);
  const isOdd = v128.and(isWhole, f32x4.ne(f32x4.floor(halved), halved));
  const sign = v128.and(v128.and(isNegative, isOdd), i32x4.splat(0x80000000));
  const signed = v128.or(v128.andnot(power, isVanishing), sign);
  return v128.or(signed, v128.andnot(isNegative, isWhole));
}
