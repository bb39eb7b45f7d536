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
