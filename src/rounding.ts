/** The nearest integer, ties to the even one: as IEEE 754 and WebAssembly's `nearest` round, unlike `Math.round`. */
export function roundHalfToEven(value: number): number {
  const floor = Math.floor(value);
  const rest = value - floor;
  return rest > 0.5 || (rest === 0.5 && floor % 2 !== 0) ? floor + 1 : floor;
}
