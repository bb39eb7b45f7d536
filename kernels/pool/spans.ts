import type { PoolWindow } from '../window.ts';

/**
 * Which elements of a window lie from `low` to below `high`: the first, and how many. `at`: index of the output along the axis.
 * Worked out rather than counted: a small file may state a large window.
 */
export function elementsWithin(
  { kernel, strides, pads, dilations }: PoolWindow,
  axis: number,
  at: number,
  low: number,
  high: number,
): { readonly first: number; readonly count: number } {
  const start = at * strides[axis] - pads[axis];
  const step = dilations[axis];
  const from = Math.max(0, Math.ceil((low - start) / step));
  const to = Math.min(kernel[axis], Math.ceil((high - start) / step));
  return { first: start + from * step, count: Math.max(0, to - from) };
}

/** For each output along an axis: its window's first element on the map and how many are on it: pairs. */
export function windowSpans(
  window: PoolWindow,
  axis: number,
  extent: number,
  outputs: number,
): Uint32Array<ArrayBuffer> {
  const spans = new Uint32Array(2 * outputs);
  for (let at = 0; at < outputs; at++) {
    const { first, count } = elementsWithin(window, axis, at, 0, extent);
    spans.set([count === 0 ? 0 : first, count], 2 * at);
  }
  return spans;
}
