import type { KernelNode } from '../node.ts';

export interface ResizeAttributes {
  readonly scales: readonly number[];
  readonly mode: 'nearest' | 'linear' | 'cubic';
  readonly coordinates:
    | 'half_pixel'
    | 'half_pixel_symmetric'
    | 'pytorch_half_pixel'
    | 'align_corners'
    | 'asymmetric'
    | 'tf_half_pixel_for_nn';
  readonly rounding: 'round_prefer_floor' | 'round_prefer_ceil' | 'floor' | 'ceil';
  readonly cubicA: number;
  readonly excludeOutside: boolean;
}

/** What each place of the result is made of along an axis: a sum of `count` elements times weights. */
export interface Taps {
  readonly count: number;
  /** By place, then tap. */
  readonly indices: Int32Array;
  readonly weights: Float64Array;
}

/** Taps along height (axis 0) or width (1), as ONNX defines Resize. */
export function resizeTaps(
  { inputs: [shape], outputs: [result], attributes }: KernelNode<ResizeAttributes>,
  axis: 0 | 1,
): Taps {
  const [extent, size] = [shape[axis + 1], result[axis + 1]];
  const count = { nearest: 1, linear: 2, cubic: 4 }[attributes.mode];
  const indices = new Int32Array(size * count);
  const weights = new Float64Array(size * count);
  for (let place = 0; place < size; place++) {
    const at = coordinate(place, extent, size, attributes.scales[axis], attributes.coordinates);
    const { first, factors } = tapsAt(at, extent, attributes);
    factors.forEach((weight, tap) => {
      indices[place * count + tap] = Math.min(Math.max(first + tap, 0), extent - 1);
      weights[place * count + tap] = weight;
    });
  }
  return { count, indices, weights };
}

/** Where a place of the result lies on the map. */
function coordinate(
  place: number,
  extent: number,
  size: number,
  scale: number,
  mode: ResizeAttributes['coordinates'],
): number {
  const half = (place + 0.5) / scale - 0.5;
  switch (mode) {
    case 'half_pixel':
      return half;
    case 'half_pixel_symmetric':
      return (extent / 2) * (1 - size / (scale * extent)) + half;
    case 'pytorch_half_pixel':
      return size > 1 ? half : 0;
    case 'align_corners':
      return size > 1 ? (place * (extent - 1)) / (size - 1) : 0;
    case 'asymmetric':
      return place / scale;
    case 'tf_half_pixel_for_nn':
      return (place + 0.5) / scale;
  }
}

function tapsAt(
  at: number,
  extent: number,
  { mode, rounding, cubicA, excludeOutside }: ResizeAttributes,
): { first: number; factors: readonly number[] } {
  if (mode === 'nearest') return { first: nearest(at, rounding), factors: [1] };
  const below = Math.floor(at);
  const ratio = at - below;
  if (mode === 'linear') return { first: below, factors: [1 - ratio, ratio] };
  const first = below - 1;
  const factors = cubic(ratio, cubicA);
  if (!excludeOutside) return { first, factors };
  const within = factors.map((weight, tap) => (first + tap < 0 || first + tap >= extent ? 0 : weight));
  const sum = within.reduce((total, weight) => total + weight, 0);
  return { first, factors: within.map((weight) => weight / sum) };
}

function nearest(at: number, rounding: ResizeAttributes['rounding']): number {
  switch (rounding) {
    case 'round_prefer_floor':
      return Math.ceil(at - 0.5);
    case 'round_prefer_ceil':
      return Math.floor(at + 0.5);
    case 'floor':
      return Math.floor(at);
    case 'ceil':
      return Math.ceil(at);
  }
}

/** Weights of the four elements around a place `ratio` after the second (Keys 1981, "Cubic convolution interpolation"). */
function cubic(ratio: number, a: number): readonly number[] {
  const near = (x: number): number => ((a + 2) * x - (a + 3)) * x * x + 1;
  const far = (x: number): number => ((a * x - 5 * a) * x + 8 * a) * x - 4 * a;
  return [far(ratio + 1), near(ratio), near(1 - ratio), far(2 - ratio)];
}
