import type { PoolWindow } from '../window.ts';

/** For each output along an axis: its window's first element on the map and how many are on it: pairs. */
export function windowSpans(
  { kernel, strides, pads, dilations }: PoolWindow,
  axis: number,
  extent: number,
  outputs: number,
): Uint32Array<ArrayBuffer> {
  const spans = new Uint32Array(2 * outputs);
  for (let at = 0; at < outputs; at++) {
    const places = Array.from(
      { length: kernel[axis] },
      (_, k) => at * strides[axis] + k * dilations[axis] - pads[axis],
    ).filter((place) => place >= 0 && place < extent);
    spans[2 * at] = places[0] ?? 0;
    spans[2 * at + 1] = places.length;
  }
  return spans;
}
