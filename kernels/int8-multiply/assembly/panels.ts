/** sum + Σ of a word of inputs times the weights of four rows: four products each (T is i8), or two (i16). */
// @ts-ignore: decorator
@inline
function multiplyAdd<T>(sum: v128, word: v128, weights: usize): v128 {
  if (sizeof<T>() == 1) return i32x4.relaxed_dot_i8x16_i7x16_add_s(v128.load(weights), word, sum);
  return i32x4.add(sum, i32x4.dot_i16x8_s(v128.load8x8_s(weights), word));
}

/** Bytes of four rows' weights for a word of inputs. */
// @ts-ignore: decorator
@inline
function bytesOfFour<T>(): usize {
  return sizeof<T>() == 1 ? 16 : 8;
}

/** Sums of 32 rows, as int32 at `sums`, of the words from `word` to `end`, whose places are `toPlaces` bytes further on. */
export function widePanel<T>(word: usize, end: usize, toPlaces: usize, weights: usize, sums: usize): void {
  const step = bytesOfFour<T>();
  let a0 = i32x4.splat(0), a1 = a0, a2 = a0, a3 = a0, a4 = a0, a5 = a0, a6 = a0, a7 = a0;
  for (; word < end; word += 4) {
    const x = v128.load32_splat(word);
    const w = weights + <usize>load<u32>(word + toPlaces) * (8 * step);
    a0 = multiplyAdd<T>(a0, x, w);
    a1 = multiplyAdd<T>(a1, x, w + step);
    a2 = multiplyAdd<T>(a2, x, w + 2 * step);
    a3 = multiplyAdd<T>(a3, x, w + 3 * step);
    a4 = multiplyAdd<T>(a4, x, w + 4 * step);
    a5 = multiplyAdd<T>(a5, x, w + 5 * step);
    a6 = multiplyAdd<T>(a6, x, w + 6 * step);
    a7 = multiplyAdd<T>(a7, x, w + 7 * step);
  }
  v128.store(sums, a0);
  v128.store(sums, a1, 16);
  v128.store(sums, a2, 32);
  v128.store(sums, a3, 48);
  v128.store(sums, a4, 64);
  v128.store(sums, a5, 80);
  v128.store(sums, a6, 96);
  v128.store(sums, a7, 112);
}

/** The same of 12 rows, two words at a time; after an odd number of them comes one of zeros. */
export function narrowPanel<T>(word: usize, end: usize, toPlaces: usize, weights: usize, sums: usize): void {
  const step = bytesOfFour<T>();
  let a0 = i32x4.splat(0), a1 = a0, a2 = a0, b0 = a0, b1 = a0, b2 = a0;
  for (; word < end; word += 8) {
    const x = v128.load32_splat(word), y = v128.load32_splat(word, 4);
    const places = word + toPlaces;
    const w = weights + <usize>load<u32>(places) * (3 * step), v = weights + <usize>load<u32>(places, 4) * (3 * step);
    a0 = multiplyAdd<T>(a0, x, w);
    a1 = multiplyAdd<T>(a1, x, w + step);
    a2 = multiplyAdd<T>(a2, x, w + 2 * step);
    b0 = multiplyAdd<T>(b0, y, v);
    b1 = multiplyAdd<T>(b1, y, v + step);
    b2 = multiplyAdd<T>(b2, y, v + 2 * step);
  }
  v128.store(sums, i32x4.add(a0, b0));
  v128.store(sums, i32x4.add(a1, b1), 16);
  v128.store(sums, i32x4.add(a2, b2), 32);
}
