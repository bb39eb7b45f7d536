/** Maximum magnitude of a coefficient in the layouts: int8 without -128. */
const MAX = 127;

export function toInt8(value: number): number {
  return Math.max(-MAX, Math.min(MAX, value));
}

/** How many parts `visitInt8Parts` visits. */
export function countInt8Parts(value: number): number {
  return Math.ceil(Math.abs(value) / MAX);
}

/** Calls `visit` for int8 numbers whose sum is `value`; not at all for 0. */
export function visitInt8Parts(value: number, visit: (part: number) => void): void {
  for (let rest = value; rest !== 0; ) {
    const part = toInt8(rest);
    visit(part);
    rest -= part;
  }
}
