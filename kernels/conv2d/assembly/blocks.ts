import { addedTo, finish, multiplyAdd, start, unitOf } from './numbers';

/**
 * Four outputs at a time: output[o][y][x] = max(least, bias[o] + Σ weight[t][o]·planes[offset[t] + y·pitch + x]).
 * `weights`: blocks × taps × 4; where a block has fewer outputs than 4 its last is repeated. `offsets`, `pitch` and `mapStride`,
 * from an output's map to the next one's, in bytes; `columns`: a multiple of 4; rows of a map follow one another. What lies `ahead` bytes
 * from an output is added before the maximum; 0 adds nothing.
 */
export function conv2d(
  planes: usize, offsets: usize, taps: usize, weights: usize, bias: usize, output: usize, outputs: i32, rows: usize, columns: usize,
  pitch: usize, mapStride: usize, least: f32, ahead: usize,
): void {
  multiplyBlocks<f32>(planes, offsets, taps, weights, bias, output, outputs, rows, columns, pitch, mapStride, least, ahead, 0, 0);
}

/** The same of pairs of int16: max(least, bias[o] + unit·scale[o]·Σ…); `scale`: as `bias`, per block 4. */
export function conv2dInt16(
  planes: usize, offsets: usize, taps: usize, weights: usize, bias: usize, output: usize, outputs: i32, rows: usize, columns: usize,
  pitch: usize, mapStride: usize, least: f32, ahead: usize, scale: usize, unit: f32,
): void {
  multiplyBlocks<i16>(planes, offsets, taps, weights, bias, output, outputs, rows, columns, pitch, mapStride, least, ahead, scale, unit);
}

// @ts-ignore: decorator
@inline
export function multiplyBlocks<T>(
  planes: usize, offsets: usize, taps: usize, weights: usize, bias: usize, output: usize, outputs: i32, rows: usize,
  columns: usize, pitch: usize, mapStride: usize, least: f32, ahead: usize, scale: usize, unit: f32,
): void {
  const end = offsets + (taps << 2), width = columns << 2;
  const low = f32x4.splat(least), factor = f32x4.splat(unit);
  for (; outputs > 0; outputs -= 4) {
    const to1 = outputs > 1 ? mapStride : 0, to2 = outputs > 2 ? to1 + mapStride : to1, to3 = outputs > 3 ? to2 + mapStride : to2;
    const b0 = v128.load32_splat(bias), b1 = v128.load32_splat(bias, 4), b2 = v128.load32_splat(bias, 8), b3 = v128.load32_splat(bias, 12);
    const u0 = unitOf<T>(factor, scale), u1 = unitOf<T>(factor, scale + 4);
    const u2 = unitOf<T>(factor, scale + 8), u3 = unitOf<T>(factor, scale + 12);
    let from = planes, to = output;
    for (let row: usize = 0; row < rows; row++, from += pitch) {
      let x: usize = 0;
      for (; x + 32 <= width; x += 32, to += 32) {
        let s0 = start<T>(b0), s1 = start<T>(b1);
        let s2 = start<T>(b2), s3 = start<T>(b3);
        let t0 = s0, t1 = s1, t2 = s2, t3 = s3;
        const base = from + x;
        let w = weights;
        for (let offset = offsets; offset < end; offset += 4) {
          const at = base + <usize>load<u32>(offset);
          const a = v128.load(at), b = v128.load(at, 16);
          const w0 = v128.load32_splat(w), w1 = v128.load32_splat(w, 4);
          const w2 = v128.load32_splat(w, 8), w3 = v128.load32_splat(w, 12);
          s0 = multiplyAdd<T>(s0, a, w0);
          t0 = multiplyAdd<T>(t0, b, w0);
          s1 = multiplyAdd<T>(s1, a, w1);
          t1 = multiplyAdd<T>(t1, b, w1);
          s2 = multiplyAdd<T>(s2, a, w2);
          t2 = multiplyAdd<T>(t2, b, w2);
          s3 = multiplyAdd<T>(s3, a, w3);
          t3 = multiplyAdd<T>(t3, b, w3);
          w += 16;
        }
        put<T>(s0, u0, b0, to, ahead, low);
        put<T>(t0, u0, b0, to + 16, ahead, low);
        put<T>(s1, u1, b1, to + to1, ahead, low);
        put<T>(t1, u1, b1, to + to1 + 16, ahead, low);
        put<T>(s2, u2, b2, to + to2, ahead, low);
        put<T>(t2, u2, b2, to + to2 + 16, ahead, low);
        put<T>(s3, u3, b3, to + to3, ahead, low);
        put<T>(t3, u3, b3, to + to3 + 16, ahead, low);
      }
      if (x == width) continue;
      let s0 = start<T>(b0), s1 = start<T>(b1);
      let s2 = start<T>(b2), s3 = start<T>(b3);
      const base = from + x;
      let w = weights;
      for (let offset = offsets; offset < end; offset += 4) {
        const a = v128.load(base + <usize>load<u32>(offset));
        s0 = multiplyAdd<T>(s0, a, v128.load32_splat(w));
        s1 = multiplyAdd<T>(s1, a, v128.load32_splat(w, 4));
        s2 = multiplyAdd<T>(s2, a, v128.load32_splat(w, 8));
        s3 = multiplyAdd<T>(s3, a, v128.load32_splat(w, 12));
        w += 16;
      }
      put<T>(s0, u0, b0, to, ahead, low);
      put<T>(s1, u1, b1, to + to1, ahead, low);
      put<T>(s2, u2, b2, to + to2, ahead, low);
      put<T>(s3, u3, b3, to + to3, ahead, low);
      to += 16;
    }
    weights += taps << 4;
    bias += 16;
    scale += 16;
    output += mapStride << 2;
  }
}

// @ts-ignore: decorator
@inline
function put<T>(sum: v128, unit: v128, bias: v128, to: usize, ahead: usize, low: v128): void {
  v128.store(to, addedTo(finish<T>(sum, unit, bias), to, ahead, low));
}
