import { ROUNDING_BITS, ROUNDING_SHIFT } from '../../wasm/assembly/rounding';

/** Bits of floats: those of +∞ without their sign, and the sign. */
// @ts-ignore: decorator
@inline
const INFINITE: u32 = 0x7f800000;
// @ts-ignore: decorator
@inline
const SIGN: u32 = 0x80000000;

/**
 * Writes the least and the largest of `count` floats, at least one, to `range`. Returns whether all are finite. Compared as integers,
 * which takes one step where floats take four: floats with a sign are above all others, the larger the lower they are.
 */
export function findRange(values: usize, count: usize, range: usize): bool {
  // The most negative, or with no sign the largest, of all; the largest without a sign; the least without one, or the negative next to 0.
  let low = v128.load32_splat(values), high = low, near = low;
  const end = values + (count << 2);
  for (; values + 32 <= end; values += 32) {
    const value = v128.load(values), other = v128.load(values, 16);
    low = i32x4.max_u(i32x4.max_u(low, value), other);
    high = i32x4.max_s(i32x4.max_s(high, value), other);
    near = i32x4.min_u(i32x4.min_u(near, value), other);
  }
  for (; values < end; values += 4) {
    const value = v128.load32_splat(values);
    low = i32x4.max_u(low, value);
    high = i32x4.max_s(high, value);
    near = i32x4.min_u(near, value);
  }
  low = i32x4.max_u(low, i8x16.shuffle(low, low, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7));
  high = i32x4.max_s(high, i8x16.shuffle(high, high, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7));
  near = i32x4.min_u(near, i8x16.shuffle(near, near, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7));
  const lowest = max<u32>(i32x4.extract_lane(low, 0), i32x4.extract_lane(low, 1));
  const highest = max<i32>(i32x4.extract_lane(high, 0), i32x4.extract_lane(high, 1));
  const nearest = min<u32>(i32x4.extract_lane(near, 0), i32x4.extract_lane(near, 1));
  store<u32>(range, lowest & SIGN ? lowest : nearest);
  store<u32>(range, highest >= 0 ? <u32>highest : nearest, 4);
  return highest < <i32>INFINITE && lowest < (INFINITE | SIGN);
}

/**
 * Inputs as integers round(factor·(x − least)), 0 to 127, in words of four bytes (T is i8) or two int16: those that are not zero at
 * `words`, their places `toPlaces` bytes further on. Returns the end of the words. Up to 60 bytes are read beyond the inputs and left out.
 */
// @ts-ignore: decorator
@inline
export function listWords<T>(
  input: usize, count: i32, least: f32, factor: f32, moves: usize, words: usize, toPlaces: usize,
): usize {
  const scale = f32x4.splat(factor), shift = f32x4.splat(least * factor), four = i32x4.splat(4);
  let places = i32x4(0, 1, 2, 3);
  for (; count > 0; count -= 16, input += 64) {
    let p = eight(input, scale, shift), q = eight(input + 32, scale, shift);
    if (count < 16) {
      const inside = i16x8.splat(<i16>count);
      p = v128.and(p, i16x8.lt_s(i16x8(0, 1, 2, 3, 4, 5, 6, 7), inside));
      q = v128.and(q, i16x8.lt_s(i16x8(8, 9, 10, 11, 12, 13, 14, 15), inside));
    }
    if (sizeof<T>() == 1) {
      words = listFour(words, toPlaces, places, i8x16.min_u(i8x16.narrow_i16x8_u(p, q), i8x16.splat(127)), moves);
    } else {
      words = listFour(words, toPlaces, places, bounded(p), moves);
      places = i32x4.add(places, four);
      words = listFour(words, toPlaces, places, bounded(q), moves);
    }
    places = i32x4.add(places, four);
  }
  return words;
}

/** Eight inputs as integers of 16 bits, which are off by more than one where the range is a few steps of a float32: bounds follow. */
// @ts-ignore: decorator
@inline
function eight(input: usize, scale: v128, shift: v128): v128 {
  const rounder = f32x4.splat(ROUNDING_SHIFT), bits = i32x4.splat(ROUNDING_BITS);
  const a = f32x4.add(f32x4.sub(f32x4.mul(v128.load(input), scale), shift), rounder);
  const b = f32x4.add(f32x4.sub(f32x4.mul(v128.load(input, 16), scale), shift), rounder);
  return i16x8.narrow_i32x4_s(i32x4.sub(a, bits), i32x4.sub(b, bits));
}

// @ts-ignore: decorator
@inline
function bounded(integers: v128): v128 {
  return i16x8.min_s(i16x8.max_s(integers, i16x8.splat(0)), i16x8.splat(127));
}

/** Adds those of four words that are not zero. `moves`: for each set of four words, by its bits, what moves them to the front. */
// @ts-ignore: decorator
@inline
function listFour(words: usize, toPlaces: usize, places: v128, four: v128, moves: usize): usize {
  const set = i32x4.bitmask(i32x4.ne(four, i32x4.splat(0)));
  const order = v128.load(moves + (<usize>set << 4));
  v128.store(words, i8x16.swizzle(four, order));
  v128.store(words + toPlaces, i8x16.swizzle(places, order));
  return words + (<usize>popcnt(set) << 2);
}
