/**
 * Convolutions with pixels in the lanes. Both kernels read planes that `splitPlanes` has padded and split by the strides, so
 * that each of the K products of an output pixel (input channel × tap) is one constant offset from that pixel's place: the
 * table holds these offsets in bytes. Output channels go four at a time, pixels of a row eight at a time:
 *
 *     8 accumulators += 4 weights (broadcast) × 2 vectors of pixels
 */

/** Output channels of a panel of weights. */
const PANEL: i32 = 4;

/**
 * output[o][image][y][x] (+)= bias[o] + Σ_k weight[o][k] · input[table[k] + image + y·inputRow + x].
 *
 * `weights`: panels of four outputs, [⌈O/4⌉][K][4], padded with zeros; `bias` 0 for none. Strides are in elements:
 * `inputImage` and `outputImage` from one image to the next, `outputChannel` from one channel to the next. Output planes are
 * height × width. Reads up to 7 elements past the last row.
 */
export function convolve(
  outputs: i32, k: i32, table: usize, weights: usize,
  input: usize, inputImage: i32, inputRow: i32,
  images: i32, height: i32, width: i32,
  output: usize, outputChannel: i32, outputImage: i32, bias: usize, add: i32,
): void {
  const channel = (<usize>outputChannel) << 2;
  for (let image = 0; image < images; image++) {
    const from = input + ((<usize>(image * inputImage)) << 2);
    for (let first = 0; first < outputs; first += PANEL) {
      const count = min(PANEL, outputs - first);
      const panel = weights + ((<usize>(first * k)) << 2);
      const to = output + (<usize>first) * channel + ((<usize>(image * outputImage)) << 2);
      const own = bias ? bias + ((<usize>first) << 2) : 0;
      for (let y = 0; y < height; y++) {
        const row = from + ((<usize>(y * inputRow)) << 2);
        const target = to + ((<usize>(y * width)) << 2);
        let x = 0;
        for (; x + 8 <= width; x += 8) {
          const at = (<usize>x) << 2;
          eight(k, table, panel, row + at, target + at, channel, count, own, add);
        }
        // The last pixels; where they are written, not added, eight that overlap those before are as good.
        if (x < width) {
          if (!add && width >= 8) {
            const at = (<usize>(width - 8)) << 2;
            eight(k, table, panel, row + at, target + at, channel, count, own, add);
          } else {
            for (; x < width; x += 4) {
              const at = (<usize>x) << 2;
              four(k, table, panel, row + at, target + at, channel, count, min(4, width - x), own, add);
            }
          }
        }
      }
    }
  }
}

// @ts-ignore: decorator
@inline
function eight(
  k: i32, table: usize, panel: usize, row: usize, target: usize, channel: usize, count: i32, bias: usize, add: i32,
): void {
  let a0 = f32x4.splat(0), b0 = f32x4.splat(0), c0 = f32x4.splat(0), d0 = f32x4.splat(0);
  let a1 = f32x4.splat(0), b1 = f32x4.splat(0), c1 = f32x4.splat(0), d1 = f32x4.splat(0);
  const end = table + ((<usize>k) << 2);
  for (let entry = table; entry < end; entry += 4) {
    const at = row + <usize>load<u32>(entry);
    const p0 = v128.load(at);
    const p1 = v128.load(at, 16);
    let w = v128.load_splat<f32>(panel);
    a0 = f32x4.add(a0, f32x4.mul(w, p0));
    a1 = f32x4.add(a1, f32x4.mul(w, p1));
    w = v128.load_splat<f32>(panel, 4);
    b0 = f32x4.add(b0, f32x4.mul(w, p0));
    b1 = f32x4.add(b1, f32x4.mul(w, p1));
    w = v128.load_splat<f32>(panel, 8);
    c0 = f32x4.add(c0, f32x4.mul(w, p0));
    c1 = f32x4.add(c1, f32x4.mul(w, p1));
    w = v128.load_splat<f32>(panel, 12);
    d0 = f32x4.add(d0, f32x4.mul(w, p0));
    d1 = f32x4.add(d1, f32x4.mul(w, p1));
    panel += 16;
  }
  put(target, a0, bias, add);
  put(target + 16, a1, bias, add);
  if (count > 1) {
    put(target + channel, b0, bias ? bias + 4 : 0, add);
    put(target + channel + 16, b1, bias ? bias + 4 : 0, add);
  }
  if (count > 2) {
    put(target + 2 * channel, c0, bias ? bias + 8 : 0, add);
    put(target + 2 * channel + 16, c1, bias ? bias + 8 : 0, add);
  }
  if (count > 3) {
    put(target + 3 * channel, d0, bias ? bias + 12 : 0, add);
    put(target + 3 * channel + 16, d1, bias ? bias + 12 : 0, add);
  }
}

// @ts-ignore: decorator
@inline
function put(target: usize, value: v128, bias: usize, add: i32): void {
  if (bias) value = f32x4.add(value, v128.load_splat<f32>(bias));
  if (add) value = f32x4.add(value, v128.load(target));
  v128.store(target, value);
}

/** As `eight`, one to four pixels. */
function four(
  k: i32, table: usize, panel: usize, row: usize, target: usize, channel: usize, count: i32, pixels: i32,
  bias: usize, add: i32,
): void {
  let a = f32x4.splat(0), b = f32x4.splat(0), c = f32x4.splat(0), d = f32x4.splat(0);
  const end = table + ((<usize>k) << 2);
  for (let entry = table; entry < end; entry += 4) {
    const p = v128.load(row + <usize>load<u32>(entry));
    a = f32x4.add(a, f32x4.mul(v128.load_splat<f32>(panel), p));
    b = f32x4.add(b, f32x4.mul(v128.load_splat<f32>(panel, 4), p));
    c = f32x4.add(c, f32x4.mul(v128.load_splat<f32>(panel, 8), p));
    d = f32x4.add(d, f32x4.mul(v128.load_splat<f32>(panel, 12), p));
    panel += 16;
  }
  putPart(target, a, pixels, bias, add);
  if (count > 1) putPart(target + channel, b, pixels, bias ? bias + 4 : 0, add);
  if (count > 2) putPart(target + 2 * channel, c, pixels, bias ? bias + 8 : 0, add);
  if (count > 3) putPart(target + 3 * channel, d, pixels, bias ? bias + 12 : 0, add);
}

function putPart(target: usize, value: v128, pixels: i32, bias: usize, add: i32): void {
  if (pixels == 4) {
    put(target, value, bias, add);
    return;
  }
  const own: f32 = bias ? load<f32>(bias) : 0;
  putOne(target, f32x4.extract_lane(value, 0) + own, add);
  if (pixels > 1) putOne(target + 4, f32x4.extract_lane(value, 1) + own, add);
  if (pixels > 2) putOne(target + 8, f32x4.extract_lane(value, 2) + own, add);
}

// @ts-ignore: decorator
@inline
function putOne(target: usize, value: f32, add: i32): void {
  store<f32>(target, add ? load<f32>(target) + value : value);
}

/** Pixels after which sums of products go from the lanes to memory: enough to pay for adding lanes, few enough for the cache. */
const RUN: i32 = 1024;

/**
 * The gradient of the weights: result[o][k] = Σ_images,y,x gradient[o][image][y][x] · input[table[k] + image + y·inputRow + x].
 *
 * `gradient`: planes with at least three zeros after each row; strides in elements. Four outputs and two of the K sums at a
 * time: eight accumulators, six loads, and as many pointers as there are registers (with three sums it is half as fast).
 */
export function convolveWeights(
  outputs: i32, k: i32, table: usize,
  input: usize, inputImage: i32, inputRow: i32,
  gradient: usize, gradientChannel: i32, gradientImage: i32, gradientRow: i32,
  images: i32, height: i32, width: i32, result: usize,
): void {
  memory.fill(result, 0, (<usize>(outputs * k)) << 2);
  const step = max(1, RUN / (height * width));
  for (let image = 0; image < images; image += step) {
    const count = min(step, images - image);
    const from = input + ((<usize>(image * inputImage)) << 2);
    const under = gradient + ((<usize>(image * gradientImage)) << 2);
    for (let o = 0; o < outputs; o += 4) {
      for (let i = 0; i < k; i += 2) {
        eightSums(
          o, outputs, i, k, table, from, inputImage, inputRow, under, gradientChannel, gradientImage, gradientRow,
          count, height, width, result,
        );
      }
    }
  }
}

function eightSums(
  o: i32, outputs: i32, i: i32, k: i32, table: usize,
  input: usize, inputImage: i32, inputRow: i32,
  gradient: usize, gradientChannel: i32, gradientImage: i32, gradientRow: i32,
  images: i32, height: i32, width: i32, result: usize,
): void {
  // Beyond the last output and the last sum the same one is taken again, and not written.
  const last = outputs - 1;
  const c0 = (<usize>(o * gradientChannel)) << 2;
  const c1 = (<usize>(min(o + 1, last) * gradientChannel)) << 2;
  const c2 = (<usize>(min(o + 2, last) * gradientChannel)) << 2;
  const c3 = (<usize>(min(o + 3, last) * gradientChannel)) << 2;
  const t0 = <usize>load<u32>(table + ((<usize>i) << 2));
  const t1 = <usize>load<u32>(table + ((<usize>min(i + 1, k - 1)) << 2));
  let s00 = f32x4.splat(0), s01 = f32x4.splat(0);
  let s10 = f32x4.splat(0), s11 = f32x4.splat(0);
  let s20 = f32x4.splat(0), s21 = f32x4.splat(0);
  let s30 = f32x4.splat(0), s31 = f32x4.splat(0);
  let p0 = input + t0;
  let p1 = input + t1;
  let g0 = gradient + c0;
  let g1 = gradient + c1;
  let g2 = gradient + c2;
  let g3 = gradient + c3;
  // What lies between the last vector of a row and the next row, and of an image and the next.
  const line = ((<usize>width + 3) & ~3) << 2;
  const nextRow = ((<usize>inputRow) << 2) - line;
  const nextLine = ((<usize>gradientRow) << 2) - line;
  const nextInput = (<usize>(inputImage - height * inputRow)) << 2;
  const nextGradient = (<usize>(gradientImage - height * gradientRow)) << 2;
  for (let image = 0; image < images; image++) {
    for (let y = 0; y < height; y++) {
      const end = g0 + line;
      while (g0 < end) {
        const x0 = v128.load(p0);
        const x1 = v128.load(p1);
        let g = v128.load(g0);
        s00 = f32x4.add(s00, f32x4.mul(g, x0));
        s01 = f32x4.add(s01, f32x4.mul(g, x1));
        g = v128.load(g1);
        s10 = f32x4.add(s10, f32x4.mul(g, x0));
        s11 = f32x4.add(s11, f32x4.mul(g, x1));
        g = v128.load(g2);
        s20 = f32x4.add(s20, f32x4.mul(g, x0));
        s21 = f32x4.add(s21, f32x4.mul(g, x1));
        g = v128.load(g3);
        s30 = f32x4.add(s30, f32x4.mul(g, x0));
        s31 = f32x4.add(s31, f32x4.mul(g, x1));
        p0 += 16;
        p1 += 16;
        g0 += 16;
        g1 += 16;
        g2 += 16;
        g3 += 16;
      }
      p0 += nextRow;
      p1 += nextRow;
      g0 += nextLine;
      g1 += nextLine;
      g2 += nextLine;
      g3 += nextLine;
    }
    p0 += nextInput;
    p1 += nextInput;
    g0 += nextGradient;
    g1 += nextGradient;
    g2 += nextGradient;
    g3 += nextGradient;
  }
  const sums = k - i;
  addSums(result, o, outputs, i, k, sums, s00, s01);
  addSums(result, o + 1, outputs, i, k, sums, s10, s11);
  addSums(result, o + 2, outputs, i, k, sums, s20, s21);
  addSums(result, o + 3, outputs, i, k, sums, s30, s31);
}

// @ts-ignore: decorator
@inline
function addSums(result: usize, o: i32, outputs: i32, i: i32, k: i32, sums: i32, s0: v128, s1: v128): void {
  if (o >= outputs) return;
  const target = result + ((<usize>(o * k + i)) << 2);
  addLanes(target, s0);
  if (sums > 1) addLanes(target + 4, s1);
}

// @ts-ignore: decorator
@inline
function addLanes(target: usize, sum: v128): void {
  const pairs =
    f32x4.extract_lane(sum, 0) + f32x4.extract_lane(sum, 1) + (f32x4.extract_lane(sum, 2) + f32x4.extract_lane(sum, 3));
  store<f32>(target, load<f32>(target) + pairs);
}
