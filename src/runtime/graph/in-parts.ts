/**
 * Runs a batch in parts of at most `max` images. `inputs`: for each B × its width; `widths`: of the outputs. `run` gets the
 * inputs of a part and its number of images.
 */
export async function runInParts(
  inputs: readonly Float32Array[],
  batch: number,
  max: number,
  widths: readonly number[],
  run: (part: readonly Float32Array[], images: number) => Promise<readonly Float32Array[]>,
): Promise<Float32Array[]> {
  const outputs = widths.map((width) => new Float32Array(batch * width));
  for (let first = 0; first < batch; first += max) {
    const images = Math.min(max, batch - first);
    const part = inputs.map((input) => {
      const width = input.length / batch;
      return input.subarray(first * width, (first + images) * width);
    });
    const given = await run(part, images);
    for (const [index, values] of given.entries()) outputs[index].set(values, first * widths[index]);
  }
  return outputs;
}
