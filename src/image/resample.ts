/** A grey picture: width × height samples, row-major. */
export interface GreySamples {
  readonly width: number;
  readonly height: number;
  readonly samples: Float32Array;
}

/** A rectangle in source pixels, with fractions; it may reach beyond the picture. */
export interface SourceWindow {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** The least window of the target's aspect ratio that shows all of another, which is in its middle. */
export function containingWindow(inner: SourceWindow, width: number, height: number): SourceWindow {
  const scale = Math.max(inner.width / width, inner.height / height);
  return {
    left: inner.left + (inner.width - width * scale) / 2,
    top: inner.top + (inner.height - height * scale) / 2,
    width: width * scale,
    height: height * scale,
  };
}

/**
 * Area average: the window is divided into width × height equal rectangles, and each target sample is the mean of the
 * picture over its rectangle, parts of pixels counted by their share. What lies outside the picture counts as `outside`.
 * Serves to shrink and to enlarge; a window that is the picture, at the picture's size, gives it back unchanged.
 */
export function resample(
  picture: GreySamples,
  window: SourceWindow,
  width: number,
  height: number,
  outside: number,
): Float32Array {
  const isWhole = window.left === 0 && window.top === 0 && window.width === width && window.height === height;
  if (isWhole && picture.width === width && picture.height === height) return picture.samples.slice();
  const columns = coverage(picture.width, window.left, window.width / width, width);
  const rows = coverage(picture.height, window.top, window.height / height, height);

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
export interface Coverage {
  /** First source pixel, and the share of it and those that follow. */
  readonly first: number;
  readonly weights: Float64Array;
  /** Share that lies outside the picture. */
  readonly outside: number;
}

/** @param scale source pixels along one side of a target sample */
export function coverage(
  sourceLength: number,
  origin: number,
  scale: number,
  targetLength: number,
): Coverage[] {
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
