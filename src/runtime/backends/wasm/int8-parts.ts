/** Maximum magnitude of a coefficient in the layouts: int8 without -128. */
const MAX = 127;

/** The int8 number next to a value. One that is larger becomes a sum: this part, then that of the rest, until none is left. */
export function toInt8(value: number): number {
  return Math.max(-MAX, Math.min(MAX, value));
}

/** How many parts such a sum has. */
export function countInt8Parts(value: number): number {
  return Math.ceil(Math.abs(value) / MAX);
}
