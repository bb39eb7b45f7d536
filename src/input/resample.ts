/** A grey picture: width × height samples, row-major. */
export interface GreySamples {
  readonly width: number;
  readonly height: number;
  readonly samples: Float32Array;
}

/**
 * Area average: every target sample is the mean of the picture over the square that it covers, parts of pixels counted
 * by their share. The aspect ratio is kept: the picture is centred and as large as it fits, and what the target shows
 * beside it counts as `outside`. Serves to shrink and to enlarge; a picture of the target's size comes out unchanged.
 */
export function resample(picture: GreySamples, width: number, height: number, outside: number): Float32Array {
  // Source pixels along one side of a target sample.
  const scale = Math.max(picture.width / width, picture.height / height);
  const columns = coverage(picture.width, width, scale);
  const rows = coverage(picture.height, height, scale);

  const target = new Float32Array(width * height);
  const line = new Float64Array(width);
  for (let y = 0; y < height; y++) {
    const row = rows[y];
    line.fill(outside * row.outside);
    row.weights.forEach((weight, index) => {
      const start = (row.first + index) * picture.width;
      for (let x = 0; x < width; x++) {
        const column = columns[x];
        let sum = outside * column.outside;
        for (let k = 0; k < column.weights.length; k++) {
          sum += column.weights[k] * picture.samples[start + column.first + k];
        }
        line[x] += weight * sum;
      }
    });
    target.set(line, y * width);
  }
  return target;
}

/** What one target sample covers along one axis; the shares add up to 1. */
interface Coverage {
  /** First source pixel, and the share of it and those that follow. */
  readonly first: number;
  readonly weights: Float64Array;
  /** Share that lies outside the picture. */
  readonly outside: number;
}

function coverage(sourceLength: number, targetLength: number, scale: number): Coverage[] {
  const origin = (sourceLength - targetLength * scale) / 2;
  return Array.from({ length: targetLength }, (_, index) => {
    const from = Math.max(origin + index * scale, 0);
    const to = Math.min(origin + (index + 1) * scale, sourceLength);
    if (to <= from) return { first: 0, weights: new Float64Array(0), outside: 1 };
    const first = Math.floor(from);
    const weights = Float64Array.from(
      { length: Math.ceil(to) - first },
      (_, k) => (Math.min(to, first + k + 1) - Math.max(from, first + k)) / scale,
    );
    return { first, weights, outside: Math.max(0, 1 - (to - from) / scale) };
  });
}
