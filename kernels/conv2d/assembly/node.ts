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
      for (let y: usize = 0; y < height; y++) {
        const row = (y + top) / down, phaseRow = (y + top) % down * across;
        if (across == 1) {
          memory.copy(base + phaseRow * room + (row * pitch + left << 2), input, width << 2);
          input += width << 2;
          continue;
        }
        for (let x: usize = 0; x < width; x++) {
          const phase = phaseRow + (x + left) % across;
          const at = base + phase * room + (row * pitch + (x + left) / across << 2);
          store<f32>(at, load<f32>(input));
          input += 4;
        }
      }
    }
  }
}

/**
 * For blocks of four output channels, `step` pixels each (a multiple of 8): sum[o][q] = bias[o] + Σ weight[t][o]·planes[offset[t] + q].
 * `weights`: blocks × taps × 4; `offsets` in bytes.
 */
export function conv2d(
  planes: usize, offsets: usize, taps: usize, weights: usize, bias: usize, sums: usize, blocks: usize, step: usize,
): void {
  const line = step << 2, end = offsets + (taps << 2);
  for (; blocks > 0; blocks--) {
    const b0 = v128.load32_splat(bias), b1 = v128.load32_splat(bias, 4);
    const b2 = v128.load32_splat(bias, 8), b3 = v128.load32_splat(bias, 12);
    for (let q: usize = 0; q < line; q += 32) {
      let s0 = b0, s1 = b1, s2 = b2, s3 = b3, t0 = b0, t1 = b1, t2 = b2, t3 = b3;
      const base = planes + q;
      let w = weights;
      for (let offset = offsets; offset < end; offset += 4) {
        const at = base + <usize>load<u32>(offset);
        const x = v128.load(at), y = v128.load(at, 16);
        const w0 = v128.load32_splat(w), w1 = v128.load32_splat(w, 4);
        const w2 = v128.load32_splat(w, 8), w3 = v128.load32_splat(w, 12);
        s0 = f32x4.add(s0, f32x4.mul(x, w0));
        t0 = f32x4.add(t0, f32x4.mul(y, w0));
        s1 = f32x4.add(s1, f32x4.mul(x, w1));
        t1 = f32x4.add(t1, f32x4.mul(y, w1));
        s2 = f32x4.add(s2, f32x4.mul(x, w2));
        t2 = f32x4.add(t2, f32x4.mul(y, w2));
        s3 = f32x4.add(s3, f32x4.mul(x, w3));
        t3 = f32x4.add(t3, f32x4.mul(y, w3));
        w += 16;
      }
      const to = sums + q;
      v128.store(to, s0);
      v128.store(to, t0, 16);
      v128.store(to + line, s1);
      v128.store(to + line, t1, 16);
      v128.store(to + 2 * line, s2);
      v128.store(to + 2 * line, t2, 16);
      v128.store(to + 3 * line, s3);
      v128.store(to + 3 * line, t3, 16);
    }
    weights += taps << 4;
    bias += 16;
    sums += line << 2;
  }
}

/** Keeps the first `columns` of every `pitch` bytes: `channels` maps, `step` bytes apart, become channels × rows × columns. */
export function convRows(
  sums: usize, output: usize, channels: usize, rows: usize, columns: usize, step: usize, pitch: usize,
): void {
  for (; channels > 0; channels--) {
    for (let row: usize = 0; row < rows; row++) {
      memory.copy(output, sums + row * pitch, columns << 2);
      output += columns << 2;
    }
    sums += step;
  }
}
