/** Index of the greatest value; -1 where one is not a number, which no label equals. */
export function indexOfGreatest(values: Float32Array | Float64Array): number {
  return values.indexOf(Math.max(...values));
}
