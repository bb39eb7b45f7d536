/**
 * Index of the greatest value, the first of equal ones; -1 where a value is NaN (no label equals it) or there is none.
 */
export function argmax(values: ArrayLike<number>): number {
  let best = -1;
  for (let i = 0; i < values.length; i++) {
    if (Number.isNaN(values[i])) return -1;
    if (best < 0 || values[i] > values[best]) best = i;
  }
  return best;
}
