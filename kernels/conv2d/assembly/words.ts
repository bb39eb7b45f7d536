/** The largest magnitude of so many floats, 0 of none. */
export function largestMagnitude(from: usize, count: usize): f32 {
  // As integers magnitudes have the same order, NaN above all of them; `f32x4.max` takes eight instructions.
  let most = i32x4.splat(0), b = most, c = most, d = most;
  for (; count >= 16; count -= 16, from += 64) {
    most = i32x4.max_s(most, f32x4.abs(v128.load(from)));
    b = i32x4.max_s(b, f32x4.abs(v128.load(from, 16)));
    c = i32x4.max_s(c, f32x4.abs(v128.load(from, 32)));
    d = i32x4.max_s(d, f32x4.abs(v128.load(from, 48)));
  }
  most = i32x4.max_s(i32x4.max_s(most, b), i32x4.max_s(c, d));
  let result = max<f32>(
    max<f32>(f32x4.extract_lane(most, 0), f32x4.extract_lane(most, 1)), max<f32>(f32x4.extract_lane(most, 2), f32x4.extract_lane(most, 3)),
  );
  for (; count > 0; count--, from += 4) result = max<f32>(result, abs<f32>(load<f32>(from)));
  return result;
}

/** 1 if one of so many floats is below 0. */
export function hasNegative(from: usize, count: usize): bool {
  const zero = f32x4.splat(0);
  let found = zero;
  for (; count >= 4; count -= 4, from += 16) found = v128.or(found, f32x4.lt(v128.load(from), zero));
  for (; count > 0; count--, from += 4) if (load<f32>(from) < 0) return true;
  return v128.any_true(found);
}

/** Added to a float below 2²² this leaves it rounded to an integer, ties to even, in two's complement in the low bits. */
// @ts-ignore: decorator
@inline
const ROUNDER: f32 = 12582912;

/**
 * Maps of two channels each as one of pairs: round(factor·value) as int16, the first channel's in the low half; 0 in the high half where
 * the last channel has no second. Up to 12 bytes are written beyond.
 */
export function quantisePairs(input: usize, output: usize, channels: usize, pixels: usize, factor: f32): void {
  const map = pixels << 2, scale = f32x4.splat(factor), rounder = f32x4.splat(ROUNDER), low = i32x4.splat(0xffff);
  for (; channels > 0; input += 2 * map, output += map) {
    const hasSecond = channels > 1;
    for (let x: usize = 0; x < map; x += 16) {
      const first = v128.and(f32x4.add(f32x4.mul(v128.load(input + x), scale), rounder), low);
      if (hasSecond) {
        const second = f32x4.add(f32x4.mul(v128.load(input + map + x), scale), rounder);
        v128.store(output + x, v128.or(first, i32x4.shl(second, 16)));
      } else {
        v128.store(output + x, first);
      }
    }
    channels -= hasSecond ? 2 : 1;
  }
}

/**
 * Maps of four channels each as one of words of four bytes: round(factor·value), at most 127, of values without a sign; 0 where the last
 * channels have no fourth. Up to 12 bytes are written beyond.
 */
export function quantiseQuads(input: usize, output: usize, channels: usize, pixels: usize, factor: f32): void {
  const map = pixels << 2, scale = f32x4.splat(factor), rounder = f32x4.splat(ROUNDER), low = i32x4.splat(0x7f);
  for (; channels > 0; input += 4 * map, output += map) {
    const second: usize = channels > 1 ? map : 0, third: usize = channels > 2 ? 2 * map : 0, fourth: usize = channels > 3 ? 3 * map : 0;
    // Channels beyond the last are zero.
    const low1 = second ? low : i32x4.splat(0), low2 = third ? low : i32x4.splat(0), low3 = fourth ? low : i32x4.splat(0);
    for (let x: usize = 0; x < map; x += 16) {
      const from = input + x;
      const a = v128.and(f32x4.add(f32x4.mul(v128.load(from), scale), rounder), low);
      const b = v128.and(f32x4.add(f32x4.mul(v128.load(from + second), scale), rounder), low1);
      const c = v128.and(f32x4.add(f32x4.mul(v128.load(from + third), scale), rounder), low2);
      const d = v128.and(f32x4.add(f32x4.mul(v128.load(from + fourth), scale), rounder), low3);
      v128.store(output + x, v128.or(v128.or(a, i32x4.shl(b, 8)), v128.or(i32x4.shl(c, 16), i32x4.shl(d, 24))));
    }
    channels -= channels > 3 ? 4 : channels;
  }
}

/** Puts the neighbour to the right of each of so many words into its high half. 16 bytes are read and written beyond. */
export function pairColumns(planes: usize, words: usize): void {
  const end = planes + (words << 2);
  for (; planes < end; planes += 16) v128.store(planes, v128.or(v128.load(planes), i32x4.shl(v128.load(planes, 4), 16)));
}

/** Puts the three neighbours to the right of each of so many words, which are bytes, above it. 28 bytes are read, 12 written beyond. */
export function quadColumns(planes: usize, words: usize): void {
  const end = planes + (words << 2);
  for (; planes < end; planes += 16) {
    const low = v128.or(v128.load(planes), i32x4.shl(v128.load(planes, 4), 8));
    v128.store(planes, v128.or(low, v128.or(i32x4.shl(v128.load(planes, 8), 16), i32x4.shl(v128.load(planes, 12), 24))));
  }
}
