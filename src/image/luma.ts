/**
 * Grey of a colour by the weights of ITU-R BT.601, JFIF's. Exact for greys: equal red, green and blue give themselves.
 */
export function luma601(red: number, green: number, blue: number): number {
  return (299 * red + 587 * green + 114 * blue) / 1000;
}
