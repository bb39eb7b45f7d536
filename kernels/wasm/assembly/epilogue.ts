import {
  NODE_BIAS, NODE_BIAS_STEP, NODE_HAS_OFFSET, NODE_MIN, NODE_OFFSET, NODE_OFFSET_STEP, NODE_OUT,
  NODE_SCALE, NODE_SCALE_STEP,
} from '../layout';

/** y = max(least, scale·z + bias + offset·sum) per row, in place; padding rows, up to a multiple of 32, become zero. */
export function epilogueSingle(node: usize, z: usize, sum: f32): void {
  const least = load<f32>(node, NODE_MIN << 2);
  let bias: usize = load<u32>(node, NODE_BIAS << 2), scale: usize = load<u32>(node, NODE_SCALE << 2);
  const biasStep: usize = load<u32>(node, NODE_BIAS_STEP << 2);
  const scaleStep: usize = load<u32>(node, NODE_SCALE_STEP << 2);
  // Without an offset the sum is 0, and any address will do.
  const offsets = load<u32>(node, NODE_HAS_OFFSET << 2) != 0;
  let offset: usize = offsets ? <usize>load<u32>(node, NODE_OFFSET << 2) : bias;
  const offsetStep: usize = offsets ? <usize>load<u32>(node, NODE_OFFSET_STEP << 2) : 0;
  const out: usize = load<u32>(node, NODE_OUT << 2);
  const end = z + (out << 2);
  if (ASC_FEATURE_SIMD) {
    const lower = f32x4.splat(least), total = f32x4.splat(sum);
    for (let at = z; at < end; at += 16) {
      const base = f32x4.add(v128.load(bias), f32x4.mul(v128.load(offset), total));
      v128.store(at, f32x4.pmax(f32x4.add(f32x4.mul(v128.load(at), v128.load(scale)), base), lower));
      bias += biasStep;
      scale += scaleStep;
      offset += offsetStep;
    }
  } else {
    for (let row: usize = 0; row < out; row++) {
      const at = z + (row << 2);
      const lane = (row & 3) << 2;
      const base = load<f32>(bias + (row >> 2) * biasStep + lane) + load<f32>(offset + (row >> 2) * offsetStep + lane) * sum;
      const value = load<f32>(at) * load<f32>(scale + (row >> 2) * scaleStep + lane) + base;
      store<f32>(at, value < least ? least : value);
    }
  }
  const padded = z + (((out + 31) & ~31) << 2);
  for (let at = end; at < padded; at += 4) store<f32>(at, 0);
}

/** Sum of `count` floats. */
export function sumOf(values: usize, count: usize): f32 {
  let at = values;
  let sum: f32 = 0;
  if (ASC_FEATURE_SIMD) {
    let total = f32x4.splat(0);
    const whole = values + ((count & ~3) << 2);
    for (; at < whole; at += 16) total = f32x4.add(total, v128.load(at));
    sum = (f32x4.extract_lane(total, 0) + f32x4.extract_lane(total, 1)) +
      (f32x4.extract_lane(total, 2) + f32x4.extract_lane(total, 3));
  }
  for (const end = values + (count << 2); at < end; at += 4) sum += load<f32>(at);
  return sum;
}

/** The exponent's bits of a float32: all set if it is not finite. */
export const EXPONENT: u32 = 0x7f800000;

// @ts-ignore: decorator
@inline
export function unite(bits: v128): u32 {
  return i32x4.extract_lane(bits, 0) | i32x4.extract_lane(bits, 1) |
    i32x4.extract_lane(bits, 2) | i32x4.extract_lane(bits, 3);
}

/** Whether all of `count` floats are finite. */
export function allFinite(values: usize, count: usize): bool {
  // Non-finite floats have all exponent bits set. The union of all may be a false alarm: then test one by one.
  let at = values;
  let bits: u32 = 0;
  if (ASC_FEATURE_SIMD) {
    let union = i32x4.splat(0);
    const whole = values + ((count & ~3) << 2);
    for (; at < whole; at += 16) union = v128.or(union, v128.load(at));
    bits = unite(union);
  }
  const end = values + (count << 2);
  for (; at < end; at += 4) bits |= load<u32>(at);
  if ((bits & EXPONENT) != EXPONENT) return true;
  for (at = values; at < end; at += 4) if ((load<u32>(at) & EXPONENT) == EXPONENT) return false;
  return true;
}
