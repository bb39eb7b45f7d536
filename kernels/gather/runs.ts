/** Neighbours that are neighbours in the input, too, or all `fill`. */
export interface Runs {
  /** Index of the first in the input, or −1. */
  readonly from: readonly number[];
  readonly lengths: readonly number[];
}

/** The runs of `indices`, of which −1 stands for an element that is `fill`; undefined where there are more than `most`. */
export function runsOf(indices: Int32Array, most: number): Runs | undefined {
  const from: number[] = [];
  const lengths: number[] = [];
  for (const index of indices) {
    const last = lengths.length - 1;
    const next = last < 0 || from[last] < 0 ? -1 : from[last] + lengths[last];
    if (last >= 0 && index === next) lengths[last]++;
    else {
      if (from.length >= most) return undefined;
      from.push(index);
      lengths.push(1);
    }
  }
  return { from, lengths };
}
