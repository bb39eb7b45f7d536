/**
 * Rows of pictures, samples of 8 bits side by side, as a network at another size needs them.
 *
 * Compiled by tools/build-kernels.mjs into ../kernels-wasm.ts.
 */

/**
 * Weighted sums of samples that are neighbours, for each channel.
 *
 * @param columns 32 bytes for each sum: the places of its first and its last pixel (none if that is before), and in float64 how
 *   much the first, each between and the last count
 * @param line sums in float64, channels side by side
 */
export function sumColumns(row: usize, channels: usize, columns: usize, count: usize, line: usize): void {
  for (const end = columns + (count << 5); columns < end; columns += 32) {
    const first = load<i32>(columns), last = load<i32>(columns, 4);
    for (let channel: usize = 0; channel < channels; channel++, line += 8) {
      if (last < first) {
        store<f64>(line, 0);
        continue;
      }
      const begin = row + <usize>first * channels + channel, stop = row + <usize>last * channels + channel;
      let inner: u32 = 0;
      for (let at = begin + channels; at < stop; at += channels) inner += load<u8>(at);
      let edges = load<f64>(columns, 8) * <f64>load<u8>(begin);
      if (last > first) edges += load<f64>(columns, 24) * <f64>load<u8>(stop);
      store<f64>(line, last > first + 1 ? edges + load<f64>(columns, 16) * <f64>inner : edges);
    }
  }
}

/**
 * The least and the greatest luma (ITU-R BT.601, times 1000) of a row of red, green and blue go to `range`, if beyond what is
 * there.
 */
export function lumaRange(row: usize, pixels: usize, range: usize): void {
  let least = load<i32>(range), greatest = load<i32>(range, 4);
  let left = pixels;
  if (left >= 8) {
    let least4 = i32x4.splat(least), greatest4 = i32x4.splat(greatest);
    const redGreen = i16x8(299, 587, 299, 587, 299, 587, 299, 587), blue = i16x8(114, 0, 114, 0, 114, 0, 114, 0);
    const zero = i8x16.splat(0);
    // Four pixels of the sixteen bytes that are loaded: the last ones are left, so that nothing beyond the row is.
    for (; left >= 6; left -= 4, row += 12) {
      const samples = v128.load(row);
      const luma = i32x4.add(
        i32x4.dot_i16x8_s(i8x16.shuffle(samples, zero, 0, 16, 1, 16, 3, 16, 4, 16, 6, 16, 7, 16, 9, 16, 10, 16), redGreen),
        i32x4.dot_i16x8_s(i8x16.shuffle(samples, zero, 2, 16, 16, 16, 5, 16, 16, 16, 8, 16, 16, 16, 11, 16, 16, 16), blue),
      );
      least4 = i32x4.min_s(least4, luma);
      greatest4 = i32x4.max_s(greatest4, luma);
    }
    least = min(min(i32x4.extract_lane(least4, 0), i32x4.extract_lane(least4, 1)), min(i32x4.extract_lane(least4, 2), i32x4.extract_lane(least4, 3)));
    greatest = max(max(i32x4.extract_lane(greatest4, 0), i32x4.extract_lane(greatest4, 1)), max(i32x4.extract_lane(greatest4, 2), i32x4.extract_lane(greatest4, 3)));
  }
  for (; left > 0; left--, row += 3) {
    const luma = 299 * <i32>load<u8>(row) + 587 * <i32>load<u8>(row, 1) + 114 * <i32>load<u8>(row, 2);
    least = min<i32>(least, luma);
    greatest = max<i32>(greatest, luma);
  }
  store<i32>(range, least);
  store<i32>(range, greatest, 4);
}
