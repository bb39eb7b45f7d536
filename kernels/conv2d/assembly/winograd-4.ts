import { addedTo } from './numbers';
import { interleaveHigh, interleaveLow } from './rows';

/**
 * Winograd's F(4×4, 3×3): Bᵀ·d·B of each tile of 6×6 inputs, four pixels apart. Columns of the planes lie in four phases, `phase` bytes
 * apart. Gives [place of 36][channel][tile] as `winogradInput` does; `work`: 36 vectors.
 */
export function winogradInput4(
  planes: usize, phase: usize, room: usize, pitch: usize, channels: usize, rows: usize, columns: usize, output: usize, next: usize,
  line: usize, work: usize,
): void {
  for (; channels > 0; channels--, planes += room, output += line) {
    let to = output;
    for (let row: usize = 0; row < rows; row++) {
      let from = planes + 4 * row * pitch;
      for (let x: usize = columns; x > 0; ) {
        for (let column: usize = 0; column < 4; column++) inputOf6(from + column * phase, pitch, work + (column << 4), 96);
        inputOf6(from + 4, pitch, work + 64, 96);
        inputOf6(from + phase + 4, pitch, work + 80, 96);
        for (let place: usize = 0; place < 6; place++) inputOf6(work + place * 96, 16, to + 6 * place * next, next);
        const count = min<usize>(x, 4);
        x -= count;
        from += count << 2;
        to += count << 2;
      }
    }
  }
}

/** Bᵀ·d of six vectors, `step` bytes apart. */
// @ts-ignore: decorator
@inline
function inputOf6(from: usize, step: usize, to: usize, next: usize): void {
  const four = f32x4.splat(4);
  const d1 = v128.load(from + step), d2 = v128.load(from + 2 * step), d3 = v128.load(from + 3 * step), d4 = v128.load(from + 4 * step);
  const a = f32x4.sub(d4, f32x4.mul(d2, four)), b = f32x4.sub(d3, f32x4.mul(d1, four));
  const c = f32x4.sub(d4, d2), half = f32x4.sub(d3, d1), e = f32x4.add(half, half);
  v128.store(to, f32x4.add(f32x4.mul(f32x4.sub(v128.load(from), d2), four), c));
  v128.store(to + next, f32x4.add(a, b));
  v128.store(to + 2 * next, f32x4.sub(a, b));
  v128.store(to + 3 * next, f32x4.add(c, e));
  v128.store(to + 4 * next, f32x4.sub(c, e));
  v128.store(to + 5 * next, f32x4.sub(f32x4.sub(v128.load(from + 5 * step), d3), f32x4.add(e, e)));
}

/** The same as `winogradOutput`, of what `winogradInput4` gave: four rows and four columns of a map for each tile. `work`: 24 vectors. */
export function winogradOutput4(
  input: usize, next: usize, line: usize, outputs: usize, rows: usize, columns: usize, bias: usize, output: usize, mapStride: usize,
  least: f32, ahead: usize, work: usize,
): void {
  const low = f32x4.splat(least), width = columns << 4;
  for (; outputs > 0; outputs--, input += line, output += mapStride, bias += 4) {
    const start = v128.load32_splat(bias);
    let from = input;
    for (let row: usize = 0; row < rows; row++) {
      let to = output + row * 4 * width;
      for (let x: usize = columns; x > 0; ) {
        const count = min<usize>(x, 4);
        for (let column: usize = 0; column < 6; column++) {
          const at = from + column * next, target = work + (column << 4);
          const m0 = v128.load(at), m1 = v128.load(at + 6 * next), m2 = v128.load(at + 12 * next);
          const m3 = v128.load(at + 18 * next), m4 = v128.load(at + 24 * next), m5 = v128.load(at + 30 * next);
          const s = f32x4.add(m1, m2), d = f32x4.sub(m1, m2), p = f32x4.add(m3, m4), q = f32x4.sub(m3, m4);
          v128.store(target, f32x4.add(f32x4.add(m0, s), p));
          v128.store(target, f32x4.add(d, f32x4.add(q, q)), 96);
          v128.store(target, f32x4.add(s, f32x4.mul(p, f32x4.splat(4))), 192);
          v128.store(target, f32x4.add(f32x4.add(d, f32x4.mul(q, f32x4.splat(8))), m5), 288);
        }
        for (let line: usize = 0; line < 4; line++) {
          const at = work + line * 96;
          const m0 = v128.load(at), m1 = v128.load(at, 16), m2 = v128.load(at, 32);
          const m3 = v128.load(at, 48), m4 = v128.load(at, 64), m5 = v128.load(at, 80);
          const s = f32x4.add(m1, m2), d = f32x4.sub(m1, m2), p = f32x4.add(m3, m4), q = f32x4.sub(m3, m4);
          storeFours(
            to + line * width, count, ahead, low,
            f32x4.add(f32x4.add(f32x4.add(m0, s), p), start),
            f32x4.add(f32x4.add(d, f32x4.add(q, q)), start),
            f32x4.add(f32x4.add(s, f32x4.mul(p, f32x4.splat(4))), start),
            f32x4.add(f32x4.add(f32x4.add(d, f32x4.mul(q, f32x4.splat(8))), m5), start),
          );
        }
        x -= count;
        from += count << 2;
        to += count << 4;
      }
    }
  }
}

/** The first `count` elements of four vectors in turn, as `addedTo` has them. */
// @ts-ignore: decorator
@inline
function storeFours(to: usize, count: usize, ahead: usize, low: v128, a: v128, b: v128, c: v128, d: v128): void {
  const ab = interleaveLow(a, b);
  const cd = interleaveLow(c, d);
  v128.store(to, addedTo(i64x2.shuffle(ab, cd, 0, 2), to, ahead, low));
  if (count < 2) return;
  v128.store(to, addedTo(i64x2.shuffle(ab, cd, 1, 3), to + 16, ahead, low), 16);
  if (count < 3) return;
  const highAb = interleaveHigh(a, b);
  const highCd = interleaveHigh(c, d);
  v128.store(to, addedTo(i64x2.shuffle(highAb, highCd, 0, 2), to + 32, ahead, low), 32);
  if (count > 3) v128.store(to, addedTo(i64x2.shuffle(highAb, highCd, 1, 3), to + 48, ahead, low), 48);
}
