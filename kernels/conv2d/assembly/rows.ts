/** A row of a map to where its columns lie in padded planes: every `across`-th to one phase, `left` columns of padding before it. */
export function copyToPhases(from: usize, to: usize, room: usize, width: usize, left: usize, across: usize): void {
  if (across == 1) copyRow(from, to + (left << 2), width);
  else if (across == 2) copyPairs(from, to + (left >> 1 << 2), room, width, left & 1);
  else if (across == 4) copyFours(from, to, room, width, left);
  else copyPhases(from, to, room, width, left, across);
}

/**
 * Rows one after another to rows `pitch` bytes apart, which are zero between: as whole vectors, up to three zeros beyond the end of a row,
 * where the next one is not yet. Up to 12 bytes are read beyond the last.
 */
export function copyRows(from: usize, to: usize, rows: usize, width: usize, pitch: usize): void {
  const whole = width >> 2 << 4, rest = width & 3;
  const kept = i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat(<i32>rest));
  for (; rows > 0; rows--, to += pitch) {
    for (let x: usize = 0; x < whole; x += 16) v128.store(to + x, v128.load(from + x));
    from += whole;
    if (rest == 0) continue;
    v128.store(to + whole, v128.and(v128.load(from), kept));
    from += rest << 2;
  }
}

// @ts-ignore: decorator
@inline
export function copyRow(from: usize, to: usize, width: usize): void {
  let x: usize = width;
  for (; x >= 4; x -= 4, from += 16, to += 16) v128.store(to, v128.load(from));
  for (; x > 0; x--, from += 4, to += 4) store<f32>(to, load<f32>(from));
}

/** Every other element to each of two phases; `odd`: the first element goes to the second phase. */
// @ts-ignore: decorator
@inline
function copyPairs(from: usize, to: usize, room: usize, width: usize, odd: usize): void {
  let even = odd ? to + room : to, other = odd ? to + 4 : to + room;
  let x: usize = width;
  for (; x >= 8; x -= 8, from += 32, even += 16, other += 16) {
    const a = v128.load(from), b = v128.load(from, 16);
    v128.store(even, i8x16.shuffle(a, b, 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27));
    v128.store(other, i8x16.shuffle(a, b, 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31));
  }
  for (; x > 0; x--, from += 4) {
    store<f32>(even, load<f32>(from));
    even += 4;
    const swap = even;
    even = other;
    other = swap;
  }
}

/** Every fourth element to each of four phases: vectors of four are turned, as rows of a matrix. */
// @ts-ignore: decorator
@inline
function copyFours(from: usize, to: usize, room: usize, width: usize, left: usize): void {
  const to0 = fourth(to, room, left), to1 = fourth(to, room, left + 1), to2 = fourth(to, room, left + 2), to3 = fourth(to, room, left + 3);
  const whole = width >> 2 << 2;
  for (let x: usize = 0; x < whole; x += 4) {
    if (x + 16 > width) {
      store<f32>(to0 + x, load<f32>(from + (x << 2)));
      store<f32>(to1 + x, load<f32>(from + (x << 2), 4));
      store<f32>(to2 + x, load<f32>(from + (x << 2), 8));
      store<f32>(to3 + x, load<f32>(from + (x << 2), 12));
      continue;
    }
    const at = from + (x << 2);
    const a = v128.load(at), b = v128.load(at, 16), c = v128.load(at, 32), d = v128.load(at, 48);
    const ab = interleaveLow(a, b);
    const cd = interleaveLow(c, d);
    const highAb = interleaveHigh(a, b);
    const highCd = interleaveHigh(c, d);
    v128.store(to0 + x, i64x2.shuffle(ab, cd, 0, 2));
    v128.store(to1 + x, i64x2.shuffle(ab, cd, 1, 3));
    v128.store(to2 + x, i64x2.shuffle(highAb, highCd, 0, 2));
    v128.store(to3 + x, i64x2.shuffle(highAb, highCd, 1, 3));
    x += 12;
  }
  for (let x = whole; x < width; x++) store<f32>(fourth(to, room, left + x), load<f32>(from + (x << 2)));
}

/** Where a column of a padded map lies in four phases. */
// @ts-ignore: decorator
@inline
function fourth(to: usize, room: usize, column: usize): usize {
  return to + (column & 3) * room + (column >> 2 << 2);
}

// @ts-ignore: decorator
@inline
function copyPhases(from: usize, to: usize, room: usize, width: usize, left: usize, across: usize): void {
  let column = left / across, rest = left % across;
  for (let x: usize = 0; x < width; x++, from += 4) {
    store<f32>(to + rest * room + (column << 2), load<f32>(from));
    if (++rest == across) {
      rest = 0;
      column++;
    }
  }
}

/** The first `count` of four elements. */
// @ts-ignore: decorator
@inline
export function storeFirst(to: usize, values: v128, count: usize): void {
  if (count == 4) v128.store(to, values);
  else {
    v128.store32_lane(to, values, 0);
    if (count > 1) v128.store32_lane(to, values, 1, 4);
    if (count > 2) v128.store32_lane(to, values, 2, 8);
  }
}

/** a₀ b₀ a₁ b₁ of two vectors of four elements. */
// @ts-ignore: decorator
@inline
export function interleaveLow(a: v128, b: v128): v128 {
  return i8x16.shuffle(a, b, 0, 1, 2, 3, 16, 17, 18, 19, 4, 5, 6, 7, 20, 21, 22, 23);
}

/** a₂ b₂ a₃ b₃. */
// @ts-ignore: decorator
@inline
export function interleaveHigh(a: v128, b: v128): v128 {
  return i8x16.shuffle(a, b, 8, 9, 10, 11, 24, 25, 26, 27, 12, 13, 14, 15, 28, 29, 30, 31);
}
