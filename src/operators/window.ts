import { formatShape, type Shape } from '../graph/shape.ts';
import { flag, type Reader, satisfying } from '../options/structure.ts';
import { shapeError } from './shape-error.ts';

/** Where a window of kernel × kernel elements stands on a feature map, as in ONNX; each pair is [vertical, horizontal]. */
export interface WindowAttributes {
  readonly strides: readonly number[];
  /** [top, left, bottom, right], in elements. */
  readonly pads: readonly number[];
  readonly dilations: readonly number[];
}

/** A window whose size the node states; others have it in their weights. */
export interface PoolAttributes extends WindowAttributes {
  readonly kernel: readonly number[];
  /** Whether a last window that reaches over the end counts, if it begins on the map or its padding at the start. */
  readonly ceilMode: boolean;
}

const MAX_EXTENT = 2 ** 16;

/** A list of so many whole numbers. */
export function wholeNumbers(
  count: number,
  min: number,
  max: number = MAX_EXTENT,
): Reader<readonly number[]> {
  return satisfying(
    `an array of ${count} whole numbers, ${min} to ${max}`,
    (value) =>
      Array.isArray(value) &&
      value.length === count &&
      value.every((item) => Number.isInteger(item) && item >= min && item <= max),
  );
}

/** The fields of `attributes` for a window. */
export const WINDOW_FIELDS: {
  readonly strides: readonly [Reader<readonly number[]>, readonly number[]];
  readonly pads: readonly [Reader<readonly number[]>, readonly number[]];
  readonly dilations: readonly [Reader<readonly number[]>, readonly number[]];
} = {
  strides: [wholeNumbers(2, 1), [1, 1]],
  pads: [wholeNumbers(4, 0), [0, 0, 0, 0]],
  dilations: [wholeNumbers(2, 1), [1, 1]],
};

/** Those of a pool. */
export const POOL_FIELDS: typeof WINDOW_FIELDS & {
  readonly kernel: readonly [Reader<readonly number[]>];
  readonly ceilMode: readonly [Reader<boolean>, boolean];
} = { ...WINDOW_FIELDS, kernel: [wholeNumbers(2, 1)], ceilMode: [flag, false] };

/** Throws `GRAPH_SHAPE` for what is not channels × height × width. */
export function requireFeatureMap(shape: Shape): void {
  if (shape.length === 3) return;
  throw shapeError(`takes a feature map of channels × height × width, got ${formatShape(shape)}`);
}

/** [height, width] of what a window gives. Throws `GRAPH_SHAPE` where it does not fit on the padded map. */
export function windowOutput(
  shape: Shape,
  kernel: readonly number[],
  { strides, pads, dilations }: WindowAttributes,
  ceilMode = false,
): readonly [number, number] {
  const extents = [0, 1].map((axis) => {
    const extent = shape[axis + 1];
    const reach = dilations[axis] * (kernel[axis] - 1) + 1;
    const room = extent + pads[axis] + pads[axis + 2] - reach;
    if (room < 0) {
      throw shapeError(
        `a window of ${kernel.join('×')}${dilations.some((step) => step > 1) ? `, dilated by ${dilations.join('×')},` : ''} ` +
          `is larger than the map of ${formatShape(shape.slice(1))} with its padding`,
      );
    }
    const steps = room / strides[axis];
    if (!ceilMode || Number.isInteger(steps)) return Math.floor(steps) + 1;
    const count = Math.ceil(steps) + 1;
    return (count - 1) * strides[axis] >= extent + pads[axis] ? count - 1 : count;
  });
  return [extents[0], extents[1]];
}

/** Each window must have an element that is not padding. */
export function requireElements({ kernel, pads, dilations }: PoolAttributes): void {
  const fits = [0, 1].every((axis) => {
    const reach = dilations[axis] * (kernel[axis] - 1) + 1;
    return pads[axis] < reach && pads[axis + 2] < reach;
  });
  if (!fits)
    throw shapeError(`pads [${pads.join(', ')}] are not smaller than the window of ${kernel.join('×')}`);
}
