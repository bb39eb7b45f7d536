import type { PoolWindow } from '../window.ts';

export interface AveragePoolAttributes extends PoolWindow {
  readonly countIncludePad: boolean;
}

/**
 * How many elements of a window count along an axis: those on the map, with `countIncludePad` those on the padding too, never
 * those beyond it, where `ceilMode` lets a window reach.
 */
export function counted(
  { kernel, strides, pads, dilations, countIncludePad }: AveragePoolAttributes,
  axis: number,
  extent: number,
  at: number,
): number {
  const [low, high] = countIncludePad ? [-pads[axis], extent + pads[axis + 2]] : [0, extent];
  let count = 0;
  for (let k = 0; k < kernel[axis]; k++) {
    const place = at * strides[axis] + k * dilations[axis] - pads[axis];
    if (place >= low && place < high) count++;
  }
  return count;
}
