/** output[k] = input[table[k]], the table in bytes, −1 for `fill`; `batch` images of `size` bytes. */
export function gather(
  input: usize, output: usize, batch: usize, size: usize, table: usize, count: usize, fill: f32,
): void {
  const end = table + (count << 2);
  for (; batch > 0; batch--) {
    for (let at = table; at < end; at += 4) {
      const from = load<i32>(at);
      store<f32>(output, from < 0 ? fill : load<f32>(input + from));
      output += 4;
    }
    input += size;
  }
}

/** The same where none is `fill`, four at a time; the table has as many as make the last four full. */
export function gatherFours(input: usize, output: usize, batch: usize, size: usize, table: usize, count: usize): void {
  for (; batch > 0; batch--) {
    for (let at: usize = 0; at < count << 2; at += 16) {
      const from = table + at;
      let four = v128.load32_zero(input + load<u32>(from));
      four = v128.load_lane<f32>(input + load<u32>(from, 4), four, 1);
      four = v128.load_lane<f32>(input + load<u32>(from, 8), four, 2);
      v128.store(output + at, v128.load_lane<f32>(input + load<u32>(from, 12), four, 3));
    }
    input += size;
    output += count << 2;
  }
}

/**
 * The same where neighbours are neighbours in the input: `runs` pairs of where a run begins, in bytes, or −1, and how many elements it
 * has. The last vector of a run may reach into the next, which is written after it.
 */
export function gatherRuns(
  input: usize, output: usize, batch: usize, size: usize, table: usize, runs: usize, fill: f32,
): void {
  const end = table + (runs << 3), filling = f32x4.splat(fill);
  for (; batch > 0; batch--) {
    for (let run = table; run < end; run += 8) {
      const first = load<i32>(run);
      const bytes = <usize>load<u32>(run, 4) << 2;
      if (first < 0) for (let at: usize = 0; at < bytes; at += 16) v128.store(output + at, filling);
      else for (let at: usize = 0, from = input + first; at < bytes; at += 16) v128.store(output + at, v128.load(from + at));
      output += bytes;
    }
    input += size;
  }
}
