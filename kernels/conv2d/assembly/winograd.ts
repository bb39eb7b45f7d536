import { addedTo, addOrSubtract, addSums, finish, multiplyAdd, start, subtractSums, unitOf } from './numbers';
import { interleaveHigh, interleaveLow } from './rows';

/**
 * Winograd's F(2×2, 3×3) (winograd-matrices.ts): Bᵀ·d·B of each tile of 4×4 inputs, two pixels apart. Columns of the planes lie in two
 * phases, odd ones `odd` bytes behind even ones. Gives [place of 16][channel][tile]: `next` bytes from a place to the next, `line` from a
 * channel to the next; up to 12 bytes are written beyond a line's tiles.
 */
export function winogradInput(
  planes: usize, odd: usize, room: usize, pitch: usize, channels: usize, rows: usize, columns: usize, output: usize, next: usize,
  line: usize,
): void {
  transformTiles<f32>(planes, odd, room, pitch, channels, rows, columns, output, next, line);
}

/** The same of pairs of int16, four times as large at most. */
export function winogradInputInt16(
  planes: usize, odd: usize, room: usize, pitch: usize, channels: usize, rows: usize, columns: usize, output: usize, next: usize,
  line: usize,
): void {
  transformTiles<i16>(planes, odd, room, pitch, channels, rows, columns, output, next, line);
}

// @ts-ignore: decorator
@inline
function transformTiles<T>(
  planes: usize, odd: usize, room: usize, pitch: usize, channels: usize, rows: usize, columns: usize, output: usize,
  next: usize, line: usize,
): void {
  for (; channels > 0; channels--, planes += room, output += line) {
    let to = output;
    for (let row: usize = 0; row < rows; row++) {
      let from = planes + 2 * row * pitch;
      for (let x: usize = columns; x > 0; ) {
        // Horizontally: even − next even, odd + next even, next even − odd, odd − next odd.
        tileColumn<T>(false, from, from + 4, pitch, to, next);
        tileColumn<T>(true, from + odd, from + 4, pitch, to + next, next);
        tileColumn<T>(false, from + 4, from + odd, pitch, to + 2 * next, next);
        tileColumn<T>(false, from + odd, from + odd + 4, pitch, to + 3 * next, next);
        const count = min<usize>(x, 4);
        x -= count;
        from += count << 2;
        to += count << 2;
      }
    }
  }
}

/** a ± b of four rows, then vertically: first − third, second + third, third − second, second − fourth. */
// @ts-ignore: decorator
@inline
function tileColumn<T>(sum: bool, a: usize, b: usize, pitch: usize, to: usize, next: usize): void {
  const h0 = addOrSubtract<T>(sum, v128.load(a), v128.load(b));
  const h1 = addOrSubtract<T>(sum, v128.load(a + pitch), v128.load(b + pitch));
  const h2 = addOrSubtract<T>(sum, v128.load(a + 2 * pitch), v128.load(b + 2 * pitch));
  const h3 = addOrSubtract<T>(sum, v128.load(a + 3 * pitch), v128.load(b + 3 * pitch));
  v128.store(to, addOrSubtract<T>(false, h0, h2));
  v128.store(to + 4 * next, addOrSubtract<T>(true, h1, h2));
  v128.store(to + 8 * next, addOrSubtract<T>(false, h2, h1));
  v128.store(to + 12 * next, addOrSubtract<T>(false, h1, h3));
}

/**
 * At each of so many places, outputs × tiles: Σ weight[i][o]·tiles[i], four outputs at a time; `weights`: places × blocks × inputs × 4.
 * `lanes`: tiles, a multiple of 4; `before` and `after`: bytes from a place to the next of what is taken and given.
 */
export function winogradMultiply(
  tiles: usize, before: usize, weights: usize, sums: usize, after: usize, inputs: usize, blocks: usize, lanes: usize, line: usize,
  places: usize,
): void {
  multiplyTiles<f32>(tiles, before, weights, sums, after, inputs, blocks, lanes, line, places);
}

/** The same of pairs of int16; `inputs`: pairs. */
export function winogradMultiplyInt16(
  tiles: usize, before: usize, weights: usize, sums: usize, after: usize, inputs: usize, blocks: usize, lanes: usize, line: usize,
  places: usize,
): void {
  multiplyTiles<i16>(tiles, before, weights, sums, after, inputs, blocks, lanes, line, places);
}

// @ts-ignore: decorator
@inline
function multiplyTiles<T>(
  tiles: usize, before: usize, weights: usize, sums: usize, after: usize, inputs: usize, blocks: usize, lanes: usize,
  line: usize, places: usize,
): void {
  const width = lanes << 2, step = inputs << 4;
  for (; places > 0; places--, tiles += before, sums += after) {
    let output = sums;
    for (let block: usize = 0; block < blocks; block++, weights += step, output += line << 2) {
      const end = weights + step;
      let x: usize = 0;
      for (; x + 32 <= width; x += 32) {
        let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0, t0 = s0, t1 = s0, t2 = s0, t3 = s0;
        let at = tiles + x;
        for (let w = weights; w < end; w += 16, at += line) {
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
        }
        const to = output + x;
        v128.store(to, s0);
        v128.store(to, t0, 16);
        v128.store(to + line, s1);
        v128.store(to + line, t1, 16);
        v128.store(to + 2 * line, s2);
        v128.store(to + 2 * line, t2, 16);
        v128.store(to + 3 * line, s3);
        v128.store(to + 3 * line, t3, 16);
      }
      if (x == width) continue;
      let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0;
      let at = tiles + x;
      for (let w = weights; w < end; w += 16, at += line) {
        const a = v128.load(at);
        s0 = multiplyAdd<T>(s0, a, v128.load32_splat(w));
        s1 = multiplyAdd<T>(s1, a, v128.load32_splat(w, 4));
        s2 = multiplyAdd<T>(s2, a, v128.load32_splat(w, 8));
        s3 = multiplyAdd<T>(s3, a, v128.load32_splat(w, 12));
      }
      const to = output + x;
      v128.store(to, s0);
      v128.store(to + line, s1);
      v128.store(to + 2 * line, s2);
      v128.store(to + 3 * line, s3);
    }
  }
}

/**
 * Aᵀ·m·A of what `winogradInput` gave once multiplied: two rows and two columns of a map for each tile, with its
 * bias and what lies `ahead` bytes on added to it (0: nothing), at least `least`.
 */
export function winogradOutput(
  input: usize, next: usize, line: usize, outputs: usize, rows: usize, columns: usize, bias: usize, output: usize, mapStride: usize,
  least: f32, ahead: usize,
): void {
  transformSums<f32>(input, next, line, outputs, rows, columns, bias, output, mapStride, least, ahead, 0, 0);
}

/** The same of sums of pairs: scale[o]·unit·x + bias[o]. */
export function winogradOutputInt16(
  input: usize, next: usize, line: usize, outputs: usize, rows: usize, columns: usize, bias: usize, output: usize, mapStride: usize,
  least: f32, ahead: usize, scale: usize, unit: f32,
): void {
  transformSums<i16>(input, next, line, outputs, rows, columns, bias, output, mapStride, least, ahead, scale, unit);
}

// @ts-ignore: decorator
@inline
function transformSums<T>(
  input: usize, next: usize, line: usize, outputs: usize, rows: usize, columns: usize, bias: usize, output: usize,
  mapStride: usize, least: f32, ahead: usize, scale: usize, unit: f32,
): void {
  const low = f32x4.splat(least), factor = f32x4.splat(unit), width = columns << 3;
  for (; outputs > 0; outputs--, input += line, output += mapStride, bias += 4, scale += 4) {
    const own = v128.load32_splat(bias), first = start<T>(own), one = unitOf<T>(factor, scale);
    let from = input;
    for (let row: usize = 0; row < rows; row++) {
      let to = output + row * 2 * width;
      for (let x: usize = columns; x > 0; ) {
        const count = min<usize>(x, 4);
        // Vertically: m0 + m1 + m2, m1 − m2 − m3, for each of four columns; then the same horizontally.
        const a0 = v128.load(from), a1 = v128.load(from + 4 * next), a2 = v128.load(from + 8 * next), a3 = v128.load(from + 12 * next);
        const b = from + next;
        const b0 = v128.load(b), b1 = v128.load(b + 4 * next), b2 = v128.load(b + 8 * next), b3 = v128.load(b + 12 * next);
        const u1 = addSums<T>(addSums<T>(b0, b1), b2), l1 = subtractSums<T>(subtractSums<T>(b1, b2), b3);
        let upper0 = addSums<T>(addSums<T>(addSums<T>(a0, a1), a2), u1);
        let lower0 = addSums<T>(subtractSums<T>(subtractSums<T>(a1, a2), a3), l1);
        const c = b + next;
        const c0 = v128.load(c), c1 = v128.load(c + 4 * next), c2 = v128.load(c + 8 * next), c3 = v128.load(c + 12 * next);
        const u2 = addSums<T>(addSums<T>(c0, c1), c2), l2 = subtractSums<T>(subtractSums<T>(c1, c2), c3);
        upper0 = addSums<T>(addSums<T>(upper0, u2), first);
        lower0 = addSums<T>(addSums<T>(lower0, l2), first);
        const d = c + next;
        const d0 = v128.load(d), d1 = v128.load(d + 4 * next), d2 = v128.load(d + 8 * next), d3 = v128.load(d + 12 * next);
        const u3 = addSums<T>(addSums<T>(d0, d1), d2), l3 = subtractSums<T>(subtractSums<T>(d1, d2), d3);
        const upper1 = addSums<T>(subtractSums<T>(subtractSums<T>(u1, u2), u3), first);
        const lower1 = addSums<T>(subtractSums<T>(subtractSums<T>(l1, l2), l3), first);
        storePairs(to, finish<T>(upper0, one, own), finish<T>(upper1, one, own), count, ahead, low);
        storePairs(
          to + width, finish<T>(lower0, one, own), finish<T>(lower1, one, own), count, ahead, low,
        );
        x -= count;
        from += count << 2;
        to += count << 3;
      }
    }
  }
}

/** The first `count` elements of two vectors in turn, as `addedTo` has them. */
// @ts-ignore: decorator
@inline
function storePairs(to: usize, even: v128, odd: v128, count: usize, ahead: usize, low: v128): void {
  const first = addedTo(interleaveLow(even, odd), to, ahead, low);
  if (count > 1) v128.store(to, first);
  else v128.store64_lane(to, first, 0);
  if (count < 3) return;
  const last = addedTo(interleaveHigh(even, odd), to + 16, ahead, low);
  if (count > 3) v128.store(to, last, 16);
  else v128.store64_lane(to, last, 0, 16);
}
