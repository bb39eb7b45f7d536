import { copyRow, copyToPhases, storeFirst } from './rows';

/**
 * Copies feature maps to zero-padded planes: [channel][phase][image][plane row][pitch], `room` bytes per phase. Element (y, x) of a padded map is in
 * phase (y mod down, x mod across), at row y ÷ down and column x ÷ across.
 */
export function convPlanes(
  input: usize, planes: usize, room: usize, images: usize, channels: usize, height: usize, width: usize, top: usize, left: usize,
  down: usize, across: usize, planeRows: usize, pitch: usize,
): void {
  const plane = planeRows * pitch << 2;
  const phases = down * across;
  for (let phase: usize = 0; phase < channels * phases; phase++) memory.fill(planes + phase * room, 0, images * plane);
  for (let image: usize = 0; image < images; image++) {
    for (let channel: usize = 0; channel < channels; channel++) {
      const base = planes + channel * phases * room + image * plane;
      let row = top / down, rest = top % down;
      for (let y: usize = 0; y < height; y++) {
        copyToPhases(input, base + rest * across * room + (row * pitch << 2), room, width, left, across);
        input += width << 2;
        if (++rest == down) {
          rest = 0;
          row++;
        }
      }
    }
  }
}

/**
 * Four outputs at a time: output[o][y][x] = max(least, bias[o] + Σ weight[t][o]·planes[offset[t] + y·pitch + x]).
 * `weights`: blocks × taps × 4; where a block has fewer outputs than 4 its last is repeated. `offsets`, `pitch` and `mapStride`,
 * from an output's map to the next one's, in bytes; `columns`: a multiple of 4; rows of a map follow one another.
 */
export function conv2d(
  planes: usize, offsets: usize, taps: usize, weights: usize, bias: usize, output: usize, outputs: i32, rows: usize, columns: usize,
  pitch: usize, mapStride: usize, least: f32,
): void {
  const end = offsets + (taps << 2), width = columns << 2;
  const low = f32x4.splat(least);
  for (; outputs > 0; outputs -= 4) {
    const to1 = outputs > 1 ? mapStride : 0, to2 = outputs > 2 ? to1 + mapStride : to1, to3 = outputs > 3 ? to2 + mapStride : to2;
    let from = planes, to = output;
    for (let row: usize = 0; row < rows; row++, from += pitch) {
      let x: usize = 0;
      for (; x + 32 <= width; x += 32, to += 32) {
        let s0 = v128.load32_splat(bias), s1 = v128.load32_splat(bias, 4);
        let s2 = v128.load32_splat(bias, 8), s3 = v128.load32_splat(bias, 12);
        let t0 = s0, t1 = s1, t2 = s2, t3 = s3;
        const base = from + x;
        let w = weights;
        for (let offset = offsets; offset < end; offset += 4) {
          const at = base + <usize>load<u32>(offset);
          const a = v128.load(at), b = v128.load(at, 16);
          const w0 = v128.load32_splat(w), w1 = v128.load32_splat(w, 4);
          const w2 = v128.load32_splat(w, 8), w3 = v128.load32_splat(w, 12);
          s0 = f32x4.add(s0, f32x4.mul(a, w0));
          t0 = f32x4.add(t0, f32x4.mul(b, w0));
          s1 = f32x4.add(s1, f32x4.mul(a, w1));
          t1 = f32x4.add(t1, f32x4.mul(b, w1));
          s2 = f32x4.add(s2, f32x4.mul(a, w2));
          t2 = f32x4.add(t2, f32x4.mul(b, w2));
          s3 = f32x4.add(s3, f32x4.mul(a, w3));
          t3 = f32x4.add(t3, f32x4.mul(b, w3));
          w += 16;
        }
        v128.store(to, f32x4.max(s0, low));
        v128.store(to, f32x4.max(t0, low), 16);
        v128.store(to + to1, f32x4.max(s1, low));
        v128.store(to + to1, f32x4.max(t1, low), 16);
        v128.store(to + to2, f32x4.max(s2, low));
        v128.store(to + to2, f32x4.max(t2, low), 16);
        v128.store(to + to3, f32x4.max(s3, low));
        v128.store(to + to3, f32x4.max(t3, low), 16);
      }
      if (x == width) continue;
      let s0 = v128.load32_splat(bias), s1 = v128.load32_splat(bias, 4);
      let s2 = v128.load32_splat(bias, 8), s3 = v128.load32_splat(bias, 12);
      const base = from + x;
      let w = weights;
      for (let offset = offsets; offset < end; offset += 4) {
        const a = v128.load(base + <usize>load<u32>(offset));
        s0 = f32x4.add(s0, f32x4.mul(a, v128.load32_splat(w)));
        s1 = f32x4.add(s1, f32x4.mul(a, v128.load32_splat(w, 4)));
        s2 = f32x4.add(s2, f32x4.mul(a, v128.load32_splat(w, 8)));
        s3 = f32x4.add(s3, f32x4.mul(a, v128.load32_splat(w, 12)));
        w += 16;
      }
      v128.store(to, f32x4.max(s0, low));
      v128.store(to + to1, f32x4.max(s1, low));
      v128.store(to + to2, f32x4.max(s2, low));
      v128.store(to + to3, f32x4.max(s3, low));
      to += 16;
    }
    weights += taps << 4;
    bias += 16;
    output += mapStride << 2;
  }
}

/**
 * One output per channel: output[c][y][x] = max(least, bias[c] + Σ weight[c][t]·plane[c][offset[t] + y·pitch + x]), rows and maps one
 * after another. `room`: bytes from the plane of a channel to the next one's.
 */
export function depthwise(
  plane: usize, room: usize, channels: usize, offsets: usize, taps: usize, weights: usize, bias: usize, output: usize, rows: usize,
  columns: usize, pitch: usize, least: f32,
): void {
  const end = offsets + (taps << 2), low = f32x4.splat(least);
  for (; channels > 0; channels--) {
    const start = v128.load32_splat(bias);
    const ahead = weights - offsets;
    let line = plane;
    for (let row = rows; row > 0; row--, line += pitch) {
      let x: usize = columns, from = line, to = output;
      for (; x >= 16; x -= 16, from += 64, to += 64) {
        let s0 = start, s1 = start, s2 = start, s3 = start;
        for (let offset = offsets; offset < end; offset += 4) {
          const at = from + <usize>load<u32>(offset);
          const w = v128.load32_splat(offset + ahead);
          s0 = f32x4.add(s0, f32x4.mul(w, v128.load(at)));
          s1 = f32x4.add(s1, f32x4.mul(w, v128.load(at, 16)));
          s2 = f32x4.add(s2, f32x4.mul(w, v128.load(at, 32)));
          s3 = f32x4.add(s3, f32x4.mul(w, v128.load(at, 48)));
        }
        v128.store(to, f32x4.max(s0, low));
        v128.store(to, f32x4.max(s1, low), 16);
        v128.store(to, f32x4.max(s2, low), 32);
        v128.store(to, f32x4.max(s3, low), 48);
      }
      for (; x > 4; x -= min<usize>(x, 8), from += 32, to += 32) {
        let s0 = start, s1 = start;
        for (let offset = offsets; offset < end; offset += 4) {
          const at = from + <usize>load<u32>(offset);
          const w = v128.load32_splat(offset + ahead);
          s0 = f32x4.add(s0, f32x4.mul(w, v128.load(at)));
          s1 = f32x4.add(s1, f32x4.mul(w, v128.load(at, 16)));
        }
        v128.store(to, f32x4.max(s0, low));
        storeFirst(to + 16, f32x4.max(s1, low), min<usize>(x - 4, 4));
      }
      if (x > 0) {
        let s0 = start;
        for (let offset = offsets; offset < end; offset += 4) {
          s0 = f32x4.add(s0, f32x4.mul(v128.load32_splat(offset + ahead), v128.load(from + <usize>load<u32>(offset))));
        }
        storeFirst(to, f32x4.max(s0, low), x);
      }
      output += columns << 2;
    }
    plane += room;
    weights += taps << 2;
    bias += 4;
  }
}

/** Keeps the first `columns` of every `pitch` bytes: `channels` maps, `step` bytes apart, become channels × rows × columns. */
export function convRows(
  sums: usize, output: usize, channels: usize, rows: usize, columns: usize, step: usize, pitch: usize,
): void {
  for (; channels > 0; channels--) {
    for (let row: usize = 0; row < rows; row++) {
      copyRow(sums + row * pitch, output, columns);
      output += columns << 2;
    }
    sums += step;
  }
}

/**
 * Winograd's F(2×2, 3×3) (Lavin and Gray 2015): Bᵀ·d·B of each tile of 4×4 inputs, two pixels apart. Columns of the planes lie in two
 * phases, odd ones `odd` bytes behind even ones. Gives [place of 16][channel][tile]: `next` bytes from a place to the next, `line` from a
 * channel to the next; up to 12 bytes are written beyond a line's tiles.
 */
export function winogradInput(
  planes: usize, odd: usize, room: usize, pitch: usize, channels: usize, rows: usize, columns: usize, output: usize, next: usize, line: usize,
): void {
  for (; channels > 0; channels--, planes += room, output += line) {
    let to = output;
    for (let row: usize = 0; row < rows; row++) {
      let from = planes + 2 * row * pitch;
      for (let x: usize = columns; x > 0; ) {
        // Horizontally: even − next even, odd + next even, next even − odd, odd − next odd.
        tileColumn(false, from, from + 4, pitch, to, next);
        tileColumn(true, from + odd, from + 4, pitch, to + next, next);
        tileColumn(false, from + 4, from + odd, pitch, to + 2 * next, next);
        tileColumn(false, from + odd, from + odd + 4, pitch, to + 3 * next, next);
        const count = min<usize>(x, 4);
        x -= count;
        from += count << 2;
        to += count << 2;
      }
    }
  }
}

/**
 * At each of 16 places, outputs × tiles: Σ weight[i][o]·tiles[i], four outputs at a time; `weights`: places × blocks × inputs × 4.
 * `lanes`: tiles, a multiple of 4; `before` and `after`: bytes from a place to the next of what is taken and given.
 */
export function winogradMultiply(
  tiles: usize, before: usize, weights: usize, sums: usize, after: usize, inputs: usize, blocks: usize, lanes: usize, line: usize,
): void {
  const width = lanes << 2, step = inputs << 4;
  for (let place: usize = 0; place < 16; place++, tiles += before, sums += after) {
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
          s0 = f32x4.add(s0, f32x4.mul(a, w0));
          t0 = f32x4.add(t0, f32x4.mul(b, w0));
          s1 = f32x4.add(s1, f32x4.mul(a, w1));
          t1 = f32x4.add(t1, f32x4.mul(b, w1));
          s2 = f32x4.add(s2, f32x4.mul(a, w2));
          t2 = f32x4.add(t2, f32x4.mul(b, w2));
          s3 = f32x4.add(s3, f32x4.mul(a, w3));
          t3 = f32x4.add(t3, f32x4.mul(b, w3));
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
        s0 = f32x4.add(s0, f32x4.mul(a, v128.load32_splat(w)));
        s1 = f32x4.add(s1, f32x4.mul(a, v128.load32_splat(w, 4)));
        s2 = f32x4.add(s2, f32x4.mul(a, v128.load32_splat(w, 8)));
        s3 = f32x4.add(s3, f32x4.mul(a, v128.load32_splat(w, 12)));
      }
      const to = output + x;
      v128.store(to, s0);
      v128.store(to + line, s1);
      v128.store(to + 2 * line, s2);
      v128.store(to + 3 * line, s3);
    }
  }
}

/** a ± b of four rows, then vertically: first − third, second + third, third − second, second − fourth. */
// @ts-ignore: decorator
@inline
function tileColumn(sum: bool, a: usize, b: usize, pitch: usize, to: usize, next: usize): void {
  const h0 = either(sum, v128.load(a), v128.load(b)), h1 = either(sum, v128.load(a + pitch), v128.load(b + pitch));
  const h2 = either(sum, v128.load(a + 2 * pitch), v128.load(b + 2 * pitch)), h3 = either(sum, v128.load(a + 3 * pitch), v128.load(b + 3 * pitch));
  v128.store(to, f32x4.sub(h0, h2));
  v128.store(to + 4 * next, f32x4.add(h1, h2));
  v128.store(to + 8 * next, f32x4.sub(h2, h1));
  v128.store(to + 12 * next, f32x4.sub(h1, h3));
}

// @ts-ignore: decorator
@inline
function either(sum: bool, a: v128, b: v128): v128 {
  return sum ? f32x4.add(a, b) : f32x4.sub(a, b);
}

/** Aᵀ·m·A of what `winogradInput` gave once multiplied: two rows and two columns of a map for each tile, with its bias, at least `least`. */
export function winogradOutput(
  input: usize, next: usize, line: usize, outputs: usize, rows: usize, columns: usize, bias: usize, output: usize, mapStride: usize, least: f32,
): void {
  const low = f32x4.splat(least), width = columns << 3;
  for (; outputs > 0; outputs--, input += line, output += mapStride, bias += 4) {
    const start = v128.load32_splat(bias);
    let from = input;
    for (let row: usize = 0; row < rows; row++) {
      let to = output + row * 2 * width;
      for (let x: usize = columns; x > 0; ) {
        const count = min<usize>(x, 4);
        // Vertically: m0 + m1 + m2, m1 − m2 − m3, for each of four columns; then the same horizontally.
        const a0 = v128.load(from), a1 = v128.load(from + 4 * next), a2 = v128.load(from + 8 * next), a3 = v128.load(from + 12 * next);
        const b = from + next;
        const b0 = v128.load(b), b1 = v128.load(b + 4 * next), b2 = v128.load(b + 8 * next), b3 = v128.load(b + 12 * next);
        const u1 = f32x4.add(f32x4.add(b0, b1), b2), l1 = f32x4.sub(f32x4.sub(b1, b2), b3);
        let upper0 = f32x4.add(f32x4.add(f32x4.add(a0, a1), a2), u1), lower0 = f32x4.add(f32x4.sub(f32x4.sub(a1, a2), a3), l1);
        const c = b + next;
        const c0 = v128.load(c), c1 = v128.load(c + 4 * next), c2 = v128.load(c + 8 * next), c3 = v128.load(c + 12 * next);
        const u2 = f32x4.add(f32x4.add(c0, c1), c2), l2 = f32x4.sub(f32x4.sub(c1, c2), c3);
        upper0 = f32x4.add(f32x4.add(upper0, u2), start);
        lower0 = f32x4.add(f32x4.add(lower0, l2), start);
        const d = c + next;
        const d0 = v128.load(d), d1 = v128.load(d + 4 * next), d2 = v128.load(d + 8 * next), d3 = v128.load(d + 12 * next);
        const u3 = f32x4.add(f32x4.add(d0, d1), d2), l3 = f32x4.sub(f32x4.sub(d1, d2), d3);
        const upper1 = f32x4.add(f32x4.sub(f32x4.sub(u1, u2), u3), start), lower1 = f32x4.add(f32x4.sub(f32x4.sub(l1, l2), l3), start);
        storePairs(to, f32x4.max(upper0, low), f32x4.max(upper1, low), count);
        storePairs(to + width, f32x4.max(lower0, low), f32x4.max(lower1, low), count);
        x -= count;
        from += count << 2;
        to += count << 3;
      }
    }
  }
}

/** The first `count` elements of two vectors in turn. */
// @ts-ignore: decorator
@inline
function storePairs(to: usize, even: v128, odd: v128, count: usize): void {
  const first = i8x16.shuffle(even, odd, 0, 1, 2, 3, 16, 17, 18, 19, 4, 5, 6, 7, 20, 21, 22, 23);
  const last = i8x16.shuffle(even, odd, 8, 9, 10, 11, 24, 25, 26, 27, 12, 13, 14, 15, 28, 29, 30, 31);
  if (count > 1) v128.store(to, first);
  else v128.store64_lane(to, first, 0);
  if (count > 3) v128.store(to, last, 16);
  else if (count > 2) v128.store64_lane(to, last, 0, 16);
}
