import { elementsWithin } from '../pool/spans.ts';
import type { PoolWindow } from '../window.ts';

export interface AveragePoolAttributes extends PoolWindow {
  readonly countIncludePad: boolean;
}

/**
 * How many elements of a window count along an axis: those on the map, with `countIncludePad` those on the padding too, never
 * those beyond it, where `ceilMode` lets a window reach.
 */
export function counted(attributes: AveragePoolAttributes, axis: number, extent: number, at: number): number {
  const { pads, countIncludePad } = attributes;
  const [low, high] = countIncludePad ? [-pads[axis], extent + pads[axis + 2]] : [0, extent];
  return elementsWithin(attributes, axis, at, low, high).count;
}
