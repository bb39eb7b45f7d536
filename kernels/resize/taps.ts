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
  readonly antialias: boolean;
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
  const scale = attributes.scales[axis];
  const count = tapCount(attributes, scale);
  const indices = new Int32Array(size * count);
  const weights = new Float64Array(size * count);
  for (let place = 0; place < size; place++) {
    const at = coordinate(place, extent, size, scale, attributes.coordinates);
    const { first, factors } = tapsAt(at, extent, scale, attributes);
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

/** Elements on each side of a place that count at most, where the filter is not stretched. */
const RADIUS = { linear: 1, cubic: 2 } as const;

/** How much the filter is stretched: a smaller map is made of as many more elements, if that is to be smooth. */
function stretch({ antialias }: Pick<ResizeAttributes, 'antialias'>, scale: number): number {
  return antialias ? Math.max(1, 1 / scale) : 1;
}

/** Elements that each place of the result is made of. */
export function tapCount(attributes: Pick<ResizeAttributes, 'mode' | 'antialias'>, scale: number): number {
  const { mode } = attributes;
  return mode === 'nearest' ? 1 : 2 * Math.ceil(RADIUS[mode] * stretch(attributes, scale));
}

function tapsAt(
  at: number,
  extent: number,
  scale: number,
  attributes: ResizeAttributes,
): { first: number; factors: readonly number[] } {
  const { mode, rounding, cubicA, excludeOutside } = attributes;
  if (mode === 'nearest') return { first: nearest(at, rounding), factors: [1] };
  const count = tapCount(attributes, scale);
  const first = Math.floor(at) + 1 - count / 2;
  const filter = mode === 'linear' ? linear : cubic(cubicA);
  const all = Array.from({ length: count }, (_, tap) =>
    filter(Math.abs(first + tap - at) / stretch(attributes, scale)),
  );
  const inside = all.map((weight, tap) => (first + tap < 0 || first + tap >= extent ? 0 : weight));
  // A place may lie beyond all elements.
  const weights = excludeOutside && inside.some((weight) => weight !== 0) ? inside : all;
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return { first, factors: weights.map((weight) => weight / sum) };
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

/** Weight of an element by its distance. */
type Filter = (distance: number) => number;

const linear: Filter = (distance) => Math.max(0, 1 - distance);

/** Keys 1981, "Cubic convolution interpolation". */
function cubic(a: number): Filter {
  return (x) => {
    if (x <= 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
    return x < 2 ? ((a * x - 5 * a) * x + 8 * a) * x - 4 * a : 0;
  };
}
