/** Operations on single values and on channels; n counts elements, buffers may be read and written up to 3 elements past n. */

/** output[i] = source[index[i]], or 0 where the index is negative. */
export function gather(n: i32, index: usize, source: usize, output: usize): void {
  const end = index + ((<usize>n) << 2);
  while (index < end) {
    const from = load<i32>(index);
    store<f32>(output, from < 0 ? 0 : load<f32>(source + ((<usize>from) << 2)));
    index += 4;
    output += 4;
  }
}

/** output = a + b. */
export function sum(n: i32, a: usize, b: usize, output: usize): void {
  for (let at: usize = 0, end = (<usize>n) << 2; at < end; at += 16) {
    v128.store(output + at, f32x4.add(v128.load(a + at), v128.load(b + at)));
  }
}

/** output = input, or output += input. */
export function copy(n: i32, input: usize, output: usize, add: i32): void {
  if (add) sum(n, input, output, output);
  else memory.copy(output, input, (<usize>n) << 2);
}

/** output = min(max(input, low), high); what is no number stays none, as the order of operands has it. */
export function clip(n: i32, input: usize, output: usize, low: f32, high: f32): void {
  const lows = f32x4.splat(low);
  const highs = f32x4.splat(high);
  for (let at: usize = 0, end = (<usize>n) << 2; at < end; at += 16) {
    v128.store(output + at, f32x4.pmin(f32x4.pmax(v128.load(input + at), lows), highs));
  }
}

/** The gradient of `clip`, which is 0 where the output is at a limit. */
export function clipGradient(n: i32, output: usize, gradient: usize, result: usize, low: f32, high: f32, add: i32): void {
  const lows = f32x4.splat(low);
  const highs = f32x4.splat(high);
  for (let at: usize = 0, end = (<usize>n) << 2; at < end; at += 16) {
    const y = v128.load(output + at);
    const inside = v128.and(f32x4.gt(y, lows), f32x4.lt(y, highs));
    const own = v128.and(v128.load(gradient + at), inside);
    v128.store(result + at, add ? f32x4.add(v128.load(result + at), own) : own);
  }
}

/** output[c][i] = input[c][i]·scale[c] + offset[c]; `scale` 0 for 1. `per` elements a channel. */
export function affine(channels: i32, per: i32, input: usize, scale: usize, offset: usize, output: usize): void {
  for (let channel = 0; channel < channels; channel++) {
    const at = (<usize>channel) << 2;
    const factor: f32 = scale ? load<f32>(scale + at) : 1;
    mapChannel(per, input, output, factor, load<f32>(offset + at));
    input += (<usize>per) << 2;
    output += (<usize>per) << 2;
  }
}

// @ts-ignore: decorator
@inline
function mapChannel(n: i32, input: usize, output: usize, scale: f32, offset: f32): void {
  const scales = f32x4.splat(scale);
  const offsets = f32x4.splat(offset);
  let i = 0;
  for (; i + 4 <= n; i += 4) {
    const at = (<usize>i) << 2;
    v128.store(output + at, f32x4.add(f32x4.mul(v128.load(input + at), scales), offsets));
  }
  for (; i < n; i++) {
    const at = (<usize>i) << 2;
    store<f32>(output + at, load<f32>(input + at) * scale + offset);
  }
}

/** result[c] = Σ input[c][i]. */
export function channelSums(channels: i32, per: i32, input: usize, result: usize): void {
  for (let channel = 0; channel < channels; channel++) {
    store<f32>(result + ((<usize>channel) << 2), <f32>sumOf(per, input));
    input += (<usize>per) << 2;
  }
}

/** The sum of n values: of float32 in lanes a run at a time, of runs in float64. */
function sumOf(n: i32, input: usize): f64 {
  let total: f64 = 0;
  let i = 0;
  while (i + 4 <= n) {
    const stop = min(n - 3, i + 1024);
    let lanes = f32x4.splat(0);
    for (; i < stop; i += 4) lanes = f32x4.add(lanes, v128.load(input + ((<usize>i) << 2)));
    total += addedLanes(lanes);
  }
  for (; i < n; i++) total += <f64>load<f32>(input + ((<usize>i) << 2));
  return total;
}

// @ts-ignore: decorator
@inline
function addedLanes(lanes: v128): f64 {
  return (
    <f64>f32x4.extract_lane(lanes, 0) + <f64>f32x4.extract_lane(lanes, 1) +
    (<f64>f32x4.extract_lane(lanes, 2) + <f64>f32x4.extract_lane(lanes, 3))
  );
}

/** Σ a·b and Σ (a − shift)² alike: Σ (a − shift)·(b − shiftB). */
function productsOf(n: i32, a: usize, shift: f32, b: usize, shiftB: f32): f64 {
  const shifts = f32x4.splat(shift);
  const shiftsB = f32x4.splat(shiftB);
  let total: f64 = 0;
  let i = 0;
  while (i + 4 <= n) {
    const stop = min(n - 3, i + 1024);
    let lanes = f32x4.splat(0);
    for (; i < stop; i += 4) {
      const at = (<usize>i) << 2;
      const left = f32x4.sub(v128.load(a + at), shifts);
      lanes = f32x4.add(lanes, f32x4.mul(left, f32x4.sub(v128.load(b + at), shiftsB)));
    }
    total += addedLanes(lanes);
  }
  for (; i < n; i++) {
    const at = (<usize>i) << 2;
    total += <f64>((load<f32>(a + at) - shift) * (load<f32>(b + at) - shiftB));
  }
  return total;
}

/**
 * Batch normalisation in training: output = (input − mean)·inverse·scale + offset, mean and variance those of the channel in
 * this batch. Writes [mean, variance] per channel to `moments`.
 */
export function normalize(
  channels: i32, per: i32, input: usize, scale: usize, offset: usize, epsilon: f32, output: usize, moments: usize,
): void {
  for (let channel = 0; channel < channels; channel++) {
    const mean = <f32>(sumOf(per, input) / <f64>per);
    const variance = <f32>(productsOf(per, input, mean, input, mean) / <f64>per);
    store<f32>(moments, mean);
    store<f32>(moments, variance, 4);
    const factor = load<f32>(scale) / sqrt<f32>(variance + epsilon);
    mapChannel(per, input, output, factor, load<f32>(offset) - mean * factor);
    scale += 4;
    offset += 4;
    moments += 8;
    input += (<usize>per) << 2;
    output += (<usize>per) << 2;
  }
}

/** The gradients of `normalize`: of the input (written or added), of `scale` and of `offset`. */
export function normalizeGradient(
  channels: i32, per: i32, input: usize, scale: usize, moments: usize, epsilon: f32, gradient: usize,
  result: usize, add: i32, scaleGradient: usize, offsetGradient: usize,
): void {
  for (let channel = 0; channel < channels; channel++) {
    const mean = load<f32>(moments);
    const inverse = <f32>1 / sqrt<f32>(load<f32>(moments, 4) + epsilon);
    const sum = sumOf(per, gradient);
    const product = productsOf(per, input, mean, gradient, 0) * <f64>inverse;
    store<f32>(offsetGradient, <f32>sum);
    store<f32>(scaleGradient, <f32>product);
    // dx = scale·inverse·(dy − mean(dy) − x̂·mean(dy·x̂)) = a·dy + b·x + c
    const a = load<f32>(scale) * inverse;
    const b = -a * inverse * <f32>(product / <f64>per);
    const c = -a * <f32>(sum / <f64>per) - b * mean;
    combineChannel(per, gradient, a, input, b, c, result, add);
    scale += 4;
    moments += 8;
    scaleGradient += 4;
    offsetGradient += 4;
    input += (<usize>per) << 2;
    gradient += (<usize>per) << 2;
    result += (<usize>per) << 2;
  }
}

function combineChannel(n: i32, x: usize, a: f32, y: usize, b: f32, c: f32, result: usize, add: i32): void {
  const as = f32x4.splat(a);
  const bs = f32x4.splat(b);
  const cs = f32x4.splat(c);
  let i = 0;
  for (; i + 4 <= n; i += 4) {
    const at = (<usize>i) << 2;
    let value = f32x4.add(f32x4.mul(v128.load(x + at), as), f32x4.add(f32x4.mul(v128.load(y + at), bs), cs));
    if (add) value = f32x4.add(value, v128.load(result + at));
    v128.store(result + at, value);
  }
  for (; i < n; i++) {
    const at = (<usize>i) << 2;
    const value = load<f32>(x + at) * a + load<f32>(y + at) * b + c;
    store<f32>(result + at, add ? load<f32>(result + at) + value : value);
  }
}
