/**
 * Sums of the nonzeros of each row, 16 pixels in the lanes at a time: sum[f][q] = Σ value·factor[f mod 8][k mod 8]·planes[offset[k] + q].
 * `rowStart`: rows + 1 words; `columns` u16 and `values` i16 of each nonzero; `offsets` of the columns in bytes; `factors`: 64 floats;
 * `step` pixels, a multiple of 16.
 */
export function coefficientConv2d(
  planes: usize, offsets: usize, rowStart: usize, columns: usize, values: usize, factors: usize, sums: usize, rows: usize, step: usize,
): void {
  const line = step << 2;
  for (let row: usize = 0; row < rows; row++) {
    const first = <usize>load<u32>(rowStart + (row << 2)) << 1, end = <usize>load<u32>(rowStart + (row << 2), 4) << 1;
    const factor = factors + ((row & 7) << 5);
    for (let q: usize = 0; q < line; q += 64) {
      const base = planes + q;
      let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0;
      for (let i = first; i < end; i += 2) {
        const column = <usize>load<u16>(columns + i);
        const at = base + <usize>load<u32>(offsets + (column << 2));
        const w = f32x4.splat(<f32>load<i16>(values + i) * load<f32>(factor + ((column & 7) << 2)));
        s0 = f32x4.add(s0, f32x4.mul(w, v128.load(at)));
        s1 = f32x4.add(s1, f32x4.mul(w, v128.load(at, 16)));
        s2 = f32x4.add(s2, f32x4.mul(w, v128.load(at, 32)));
        s3 = f32x4.add(s3, f32x4.mul(w, v128.load(at, 48)));
      }
      v128.store(sums + q, s0);
      v128.store(sums + q, s1, 16);
      v128.store(sums + q, s2, 32);
      v128.store(sums + q, s3, 48);
    }
    sums += line;
  }
}
