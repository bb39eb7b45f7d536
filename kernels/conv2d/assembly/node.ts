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
        const to = base + rest * across * room + (row * pitch << 2);
        if (across == 1) copyRow(input, to + (left << 2), width);
        else if (across == 2) copyPairs(input, to + (left >> 1 << 2), room, width, left & 1);
        else copyPhases(input, to, room, width, left, across);
        input += width << 2;
        if (++rest == down) {
          rest = 0;
          row++;
        }
      }
    }
  }
}

// @ts-ignore: decorator
@inline
function copyRow(from: usize, to: usize, width: usize): void {
  let x: usize = width;
  for (; x >= 4; x -= 4, from += 16, to += 16) v128.store(to, v128.load(from));
  for (; x > 0; x--, from += 4, to += 4) store<f32>(to, load<f32>(from));
}

/** Every other element to each of two phases; `odd`: the first element goes to the second phase. */
// @ts-ignore: decorator
@inline
function copyPairs(from: usize, to: usize, room: usize, width: usize, odd: usize): void {
  let even = odd ? to + room : to, other = odd ? to + 4 : to + room;
  let x: usize = width;
  for (; x >= 8; x -= 8, from += 32, even += 16, other += 16) {
    const a = v128.load(from), b = v128.load(from, 16);
    v128.store(even, i8x16.shuffle(a, b, 0, 1, 2, 3, 8, 9, 10, 11, 16, 17, 18, 19, 24, 25, 26, 27));
    v128.store(other, i8x16.shuffle(a, b, 4, 5, 6, 7, 12, 13, 14, 15, 20, 21, 22, 23, 28, 29, 30, 31));
  }
  for (; x > 0; x--, from += 4) {
    store<f32>(even, load<f32>(from));
    even += 4;
    const swap = even;
    even = other;
    other = swap;
  }
}

// @ts-ignore: decorator
@inline
function copyPhases(from: usize, to: usize, room: usize, width: usize, left: usize, across: usize): void {
  let column = left / across, rest = left % across;
  for (let x: usize = 0; x < width; x++, from += 4) {
    store<f32>(to + rest * room + (column << 2), load<f32>(from));
    if (++rest == across) {
      rest = 0;
      column++;
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

/** The first `count` of four elements. */
// @ts-ignore: decorator
@inline
function storeFirst(to: usize, values: v128, count: usize): void {
  if (count == 4) v128.store(to, values);
  else {
    v128.store32_lane(to, values, 0);
    if (count > 1) v128.store32_lane(to, values, 1, 4);
    if (count > 2) v128.store32_lane(to, values, 2, 8);
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
