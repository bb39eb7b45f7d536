import { operand4 } from '../../elementwise/assembly/operands';

/** a * b by rows, see `binaryWasm`. */
export function multiply(
  a: usize, b: usize, output: usize, aOffsets: usize, bOffsets: usize, rows: usize, length: usize, aStep: usize, bStep: usize,
): void {
  for (let row: usize = 0; row < rows; row++) {
    let left = a + load<u32>(aOffsets + (row << 2)), right = b + load<u32>(bOffsets + (row << 2));
    // The last vector of a row may reach into the next, which is written after it.
    for (let at: usize = 0; at < length << 2; at += 16) {
      v128.store(output + at, f32x4.mul(operand4(left, at, aStep), operand4(right, at, bStep)));
    }
    output += length << 2;
  }
}
