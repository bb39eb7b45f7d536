/** The 8-point transform of Arai, Agui and Nakajima (assembly/aan.ts) gives the orthonormal one times √8·aan(k) at frequency k. */
export function aan(k: number): number {
  return k === 0 ? 1 : Math.SQRT2 * Math.cos((k * Math.PI) / 16);
}
