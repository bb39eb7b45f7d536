/** A plane by the definition of Exif's Orientation: where row 0 and column 0 of the stored picture are seen. */
export function upright(
  samples: Float32Array | Float64Array,
  width: number,
  height: number,
  orientation: number,
): { width: number; height: number; samples: Float64Array } {
  const turned = orientation > 4 ? { width: height, height: width } : { width, height };
  const result = new Float64Array(samples.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [right, down] = [width - 1 - x, height - 1 - y];
      const place = [
        [x, y],
        [right, y],
        [right, down],
        [x, down],
        [y, x],
        [down, x],
        [down, right],
        [y, right],
      ];
      const [column, row] = place[orientation - 1];
      result[row * turned.width + column] = samples[y * width + x];
    }
  }
  return { ...turned, samples: result };
}
