/** A component's samples, width × height, row-major. */
export interface SamplePlane {
  readonly width: number;
  readonly height: number;
  readonly samples: Uint8Array;
}

/** Writes row `y` of the full-size picture to `target`, which has the picture's width. */
export type RowUpsampler = (y: number, target: Uint8Array) => void;

/**
 * Along which axes libjpeg-turbo interpolates by default (jdsample.c, "fancy upsampling"): where a component has half the
 * width, the height or both. Each sample lies in the middle of those that it stands for, so weights are 3/4 and 1/4. Other
 * ratios repeat samples.
 *
 * @param width columns of the component; with fewer than three libjpeg does not interpolate across
 */
export function interpolatedAxes(
  horizontal: number,
  vertical: number,
  width: number,
): { readonly across: boolean; readonly down: boolean } {
  const isWide = width > 2;
  return {
    across: horizontal === 2 && (vertical === 1 || vertical === 2) && isWide,
    down: vertical === 2 && (horizontal === 1 || (horizontal === 2 && isWide)),
  };
}

/**
 * Brings a component to the picture's size as libjpeg-turbo does by default: `interpolatedAxes`. Ratios like 3:2, which libjpeg
 * refuses, take the nearest sample.
 *
 * @param horizontal the picture's width by the component's, as Hmax ÷ Hi; `vertical` likewise
 * @param interpolates false to repeat samples whatever the ratio
 */
export function rowUpsampler(
  plane: SamplePlane,
  horizontal: number,
  vertical: number,
  interpolates: boolean = true,
): RowUpsampler {
  const axes = interpolatedAxes(horizontal, vertical, plane.width);
  const [across, down] = [interpolates && axes.across, interpolates && axes.down];
  if (across && down) {
    const sums = new Int32Array(plane.width);
    return (y, target) => doubledBetweenRows(plane, y, sums, target);
  }
  if (across) return (y, target) => doubledRow(plane, y, target);
  if (down) return (y, target) => betweenRows(plane, y, target);
  return (y, target) => repeated(plane, y, horizontal, vertical, target);
}

function repeated(
  { width, samples }: SamplePlane,
  y: number,
  horizontal: number,
  vertical: number,
  target: Uint8Array,
): void {
  const start = Math.floor(y / vertical) * width;
  if (horizontal === 1) {
    target.set(samples.subarray(start, start + target.length));
    return;
  }
  if (horizontal === 2) {
    for (let x = 0; x < target.length; x++) target[x] = samples[start + (x >> 1)];
    return;
  }
  for (let x = 0; x < target.length; x++) target[x] = samples[start + Math.floor(x / horizontal)];
}

/** Rounds up and down by turns, so that no bias adds up. */
function doubledRow({ width, samples }: SamplePlane, y: number, target: Uint8Array): void {
  const start = y * width;
  for (let x = 0; x < target.length; x++) {
    const column = x >> 1;
    const isRight = x & 1;
    const neighbour = isRight ? column + 1 : column - 1;
    const near = samples[start + column];
    target[x] =
      neighbour < 0 || neighbour >= width ? near : (3 * near + samples[start + neighbour] + 1 + isRight) >> 2;
  }
}

/** The offsets of the nearest row of samples and of the next one, above or below; at the edge, the same again. */
function nearestRows({ width, height }: SamplePlane, y: number): { near: number; far: number } {
  const row = y >> 1;
  const other = Math.min(Math.max(y & 1 ? row + 1 : row - 1, 0), height - 1);
  return { near: row * width, far: other * width };
}

function betweenRows(plane: SamplePlane, y: number, target: Uint8Array): void {
  const { samples } = plane;
  const { near, far } = nearestRows(plane, y);
  const bias = y & 1 ? 2 : 1;
  for (let x = 0; x < target.length; x++) target[x] = (3 * samples[near + x] + samples[far + x] + bias) >> 2;
}

function doubledBetweenRows(plane: SamplePlane, y: number, sums: Int32Array, target: Uint8Array): void {
  const { width, samples } = plane;
  const { near, far } = nearestRows(plane, y);
  for (let column = 0; column < width; column++) {
    sums[column] = 3 * samples[near + column] + samples[far + column];
  }
  for (let x = 0; x < target.length; x++) {
    const column = x >> 1;
    const isRight = x & 1;
    const neighbour = Math.min(Math.max(isRight ? column + 1 : column - 1, 0), width - 1);
    target[x] = (3 * sums[column] + sums[neighbour] + 8 - isRight) >> 4;
  }
}
