/** scale·x + offset, one pair per channel. `inner`: elements of a channel. */
export function batchNorm(
  input: usize, output: usize, batch: usize, channels: usize, inner: usize, scale: usize, offset: usize,
): void {
  for (; batch > 0; batch--) {
    for (let channel: usize = 0; channel < channels; channel++) {
      const factor = f32x4.splat(load<f32>(scale + (channel << 2))), shift = f32x4.splat(load<f32>(offset + (channel << 2)));
      // The last vector of a channel may reach into the next, which is written after it.
      for (let at: usize = 0; at < inner << 2; at += 16) {
        v128.store(output + at, f32x4.add(f32x4.mul(v128.load(input + at), factor), shift));
      }
      input += inner << 2;
      output += inner << 2;
    }
  }
}
