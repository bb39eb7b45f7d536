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
