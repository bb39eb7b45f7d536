/** x where x ≥ 0, else slope·x, one slope per channel. `inner`: elements of a channel. */
export function prelu(input: usize, output: usize, batch: usize, channels: usize, inner: usize, slope: usize): void {
  const zero = f32x4.splat(0);
  for (; batch > 0; batch--) {
    for (let channel: usize = 0; channel < channels; channel++) {
      const factor = f32x4.splat(load<f32>(slope + (channel << 2)));
      // The last vector of a channel may reach into the next, which is written after it.
      for (let at: usize = 0; at < inner << 2; at += 16) {
        const x = v128.load(input + at);
        v128.store(output + at, v128.bitselect(f32x4.mul(x, factor), x, f32x4.lt(x, zero)));
      }
      input += inner << 2;
      output += inner << 2;
    }
  }
}
