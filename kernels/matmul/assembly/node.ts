/** output = a·b: M × K by K × N, row-major. Four rows and eight columns at a time. */
export function matmul(a: usize, b: usize, output: usize, rows: usize, inner: usize, columns: usize): void {
  const aStep = inner << 2, step = columns << 2;
  for (; rows >= 4; rows -= 4) {
    let column: usize = 0;
    for (; column + 32 <= step; column += 32) fourRows(a, b + column, output + column, aStep, step);
    for (; column < step; column += 16) {
      for (let row: usize = 0; row < 4; row++) {
        oneRow(a + row * aStep, b + column, output + row * step + column, aStep, step, step - column);
      }
    }
    a += aStep << 2;
    output += step << 2;
  }
  for (; rows > 0; rows--) {
    for (let column: usize = 0; column < step; column += 16) {
      oneRow(a, b + column, output + column, aStep, step, step - column);
    }
    a += aStep;
    output += step;
  }
}

// @ts-ignore: decorator
@inline
function fourRows(a: usize, b: usize, output: usize, aStep: usize, step: usize): void {
  const second = a + aStep, third = second + aStep, fourth = third + aStep;
  let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0, t0 = s0, t1 = s0, t2 = s0, t3 = s0;
  for (let k: usize = 0; k < aStep; k += 4, b += step) {
    const low = v128.load(b), high = v128.load(b, 16);
    const x0 = v128.load32_splat(a + k), x1 = v128.load32_splat(second + k);
    const x2 = v128.load32_splat(third + k), x3 = v128.load32_splat(fourth + k);
    s0 = f32x4.add(s0, f32x4.mul(x0, low));
    t0 = f32x4.add(t0, f32x4.mul(x0, high));
    s1 = f32x4.add(s1, f32x4.mul(x1, low));
    t1 = f32x4.add(t1, f32x4.mul(x1, high));
    s2 = f32x4.add(s2, f32x4.mul(x2, low));
    t2 = f32x4.add(t2, f32x4.mul(x2, high));
    s3 = f32x4.add(s3, f32x4.mul(x3, low));
    t3 = f32x4.add(t3, f32x4.mul(x3, high));
  }
  v128.store(output, s0);
  v128.store(output, t0, 16);
  output += step;
  v128.store(output, s1);
  v128.store(output, t1, 16);
  output += step;
  v128.store(output, s2);
  v128.store(output, t2, 16);
  output += step;
  v128.store(output, s3);
  v128.store(output, t3, 16);
}

/** Up to four columns of a row; `left`: bytes that are left of it. */
// @ts-ignore: decorator
@inline
function oneRow(a: usize, b: usize, output: usize, aStep: usize, step: usize, left: usize): void {
  let sum = f32x4.splat(0);
  for (let k: usize = 0; k < aStep; k += 4, b += step) {
    sum = f32x4.add(sum, f32x4.mul(v128.load32_splat(a + k), v128.load(b)));
  }
  if (left >= 16) {
    v128.store(output, sum);
    return;
  }
  // Columns behind the last are those of the next row, which may be ready already.
  store<f32>(output, f32x4.extract_lane(sum, 0));
  if (left > 4) store<f32>(output, f32x4.extract_lane(sum, 1), 4);
  if (left > 8) store<f32>(output, f32x4.extract_lane(sum, 2), 8);
}
