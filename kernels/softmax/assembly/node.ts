import { larger } from '../../clip/assembly/bounds';
import { exp4, first, log4 } from '../../elementwise/assembly/functions';

/**
 * exp(x − max) ÷ Σ exp(x − max) along an axis of `length`, its elements `inner` apart, `outer` times; with `logarithm` 1 its
 * logarithm.
 */
export function softmax(input: usize, output: usize, outer: usize, length: usize, inner: usize, logarithm: i32): void {
  const step = inner << 2;
  for (; outer > 0; outer--) {
    if (inner == 1 && length >= 8) {
      contiguous(input, output, length, logarithm);
      input += length << 2;
      output += length << 2;
      continue;
    }
    for (let lane: usize = 0; lane < step; lane += 4) {
      if (inner - (lane >> 2) >= 4) {
        fourLanes(input + lane, output + lane, length, step, logarithm);
        lane += 12;
      } else {
        oneLane(input + lane, output + lane, length, step, logarithm);
      }
    }
    input += length * step;
    output += length * step;
  }
}

/** An axis whose elements are neighbours, four at a time; what is left of them one at a time. */
// @ts-ignore: decorator
@inline
function contiguous(input: usize, output: usize, length: usize, logarithm: i32): void {
  const whole = input + ((length & ~3) << 2), end = input + (length << 2);
  const offset = output - input;
  let most4 = f32x4.splat(-Infinity), sum4 = f32x4.splat(0);
  for (let at = input; at < whole; at += 16) most4 = larger(most4, v128.load(at));
  let most = max(
    max(f32x4.extract_lane(most4, 0), f32x4.extract_lane(most4, 1)),
    max(f32x4.extract_lane(most4, 2), f32x4.extract_lane(most4, 3)),
  );
  for (let at = whole; at < end; at += 4) most = max(most, load<f32>(at));
  most4 = f32x4.splat(most);
  for (let at = input; at < whole; at += 16) {
    const e = exp4(f32x4.sub(v128.load(at), most4));
    sum4 = f32x4.add(sum4, e);
    v128.store(at + offset, e);
  }
  let sum = f32x4.extract_lane(sum4, 0) + f32x4.extract_lane(sum4, 1)
    + (f32x4.extract_lane(sum4, 2) + f32x4.extract_lane(sum4, 3));
  for (let at = whole; at < end; at += 4) {
    const e = first(exp4(f32x4.splat(load<f32>(at) - most)));
    sum += e;
    store<f32>(at + offset, e);
  }
  sum4 = f32x4.splat(sum);
  const sumLogarithm = log4(sum4);
  for (let at = input; at < whole; at += 16) {
    const value = logarithm
      ? f32x4.sub(f32x4.sub(v128.load(at), most4), sumLogarithm)
      : f32x4.div(v128.load(at + offset), sum4);
    v128.store(at + offset, value);
  }
  for (let at = whole; at < end; at += 4) {
    store<f32>(at + offset, logarithm ? load<f32>(at) - most - first(sumLogarithm) : load<f32>(at + offset) / sum);
  }
}

// @ts-ignore: decorator
@inline
function fourLanes(input: usize, output: usize, length: usize, step: usize, logarithm: i32): void {
  const end = input + length * step;
  let most = f32x4.splat(-Infinity), sum = f32x4.splat(0);
  for (let at = input; at < end; at += step) most = larger(most, v128.load(at));
  for (let at = input, to = output; at < end; at += step, to += step) {
    const e = exp4(f32x4.sub(v128.load(at), most));
    sum = f32x4.add(sum, e);
    v128.store(to, e);
  }
  if (logarithm) {
    const sumLogarithm = log4(sum);
    for (let at = input, to = output; at < end; at += step, to += step) {
      v128.store(to, f32x4.sub(f32x4.sub(v128.load(at), most), sumLogarithm));
    }
    return;
  }
  for (let to = output; to < output + length * step; to += step) v128.store(to, f32x4.div(v128.load(to), sum));
}

// @ts-ignore: decorator
@inline
function oneLane(input: usize, output: usize, length: usize, step: usize, logarithm: i32): void {
  const end = input + length * step;
  let most: f32 = -Infinity, sum: f32 = 0;
  for (let at = input; at < end; at += step) most = max(most, load<f32>(at));
  for (let at = input, to = output; at < end; at += step, to += step) {
    const e = first(exp4(f32x4.splat(load<f32>(at) - most)));
    sum += e;
    store<f32>(to, e);
  }
  if (logarithm) {
    const sumLogarithm = first(log4(f32x4.splat(sum)));
    for (let at = input, to = output; at < end; at += step, to += step) {
      store<f32>(to, load<f32>(at) - most - sumLogarithm);
    }
    return;
  }
  for (let to = output; to < output + length * step; to += step) store<f32>(to, load<f32>(to) / sum);
}
