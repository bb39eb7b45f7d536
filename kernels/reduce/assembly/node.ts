import { larger, smaller } from '../../clip/assembly/bounds';

/**
 * Reduces an axis of `length`, its elements `inner` apart, `outer` times: the sum times `factor` (`code` 0), the maximum (1) or the
 * minimum (2).
 */
export function reduce(
  code: i32, input: usize, output: usize, outer: usize, length: usize, inner: usize, factor: f32,
): void {
  const step = inner << 2;
  for (; outer > 0; outer--) {
    if (inner == 1) {
      store<f32>(output, oneLine(code, input, length) * (code == 0 ? factor : 1));
    } else {
      // The last vector may reach into what the next of `outer` gives, which is written after it.
      for (let lane: usize = 0; lane < step; lane += 16) {
        let value = v128.load(input + lane);
        for (let at = input + step + lane; at < input + length * step; at += step) value = join4(code, value, v128.load(at));
        if (code == 0) value = f32x4.mul(value, f32x4.splat(factor));
        v128.store(output + lane, value);
      }
    }
    input += length * step;
    output += step;
  }
}

// @ts-ignore: decorator
@inline
function oneLine(code: i32, input: usize, length: usize): f32 {
  const end = input + (length << 2);
  let at = input + 4;
  let value = load<f32>(input);
  if (length >= 8) {
    let four = v128.load(input);
    for (at = input + 16; at + 16 <= end; at += 16) four = join4(code, four, v128.load(at));
    value = f32x4.extract_lane(four, 0);
    value = join(code, value, f32x4.extract_lane(four, 1));
    value = join(code, value, f32x4.extract_lane(four, 2));
    value = join(code, value, f32x4.extract_lane(four, 3));
  }
  for (; at < end; at += 4) value = join(code, value, load<f32>(at));
  return value;
}

// @ts-ignore: decorator
@inline
function join4(code: i32, a: v128, b: v128): v128 {
  return code == 0 ? f32x4.add(a, b) : code == 1 ? larger(a, b) : smaller(a, b);
}

// @ts-ignore: decorator
@inline
function join(code: i32, a: f32, b: f32): f32 {
  return code == 0 ? a + b : code == 1 ? max(a, b) : min(a, b);
}
