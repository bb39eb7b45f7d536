/** A coefficient of a row and the place of what it multiplies. */
export interface Entry {
  readonly place: number;
  readonly value: number;
}

/** Ends a row. */
const END = 0x8f;
/** Longest step of one byte of distance, in sixteenths. */
const MAX_STEP = 15;

/**
 * A row of coefficients as bytes, places ascending. A byte is (value + 8)·16 + distance to the place before (0…15), for values of
 * −7…7. A high nibble of 0 says that the value is the next byte; one of 8 (the value 0) that 16·(low nibble + 1) are added to the
 * distance, or, with 15, that the row ends. Larger values come as several at one place.
 */
export function encodeRow(entries: readonly Entry[]): number[] {
  const bytes: number[] = [];
  let at = 0;
  for (const { place, value } of entries) {
    let distance = place - at;
    at = place;
    while (distance > 15) {
      const steps = Math.min(distance >> 4, MAX_STEP);
      bytes.push(0x80 | (steps - 1));
      distance -= steps * 16;
    }
    for (let rest = value; rest !== 0; distance = 0) {
      const part = Math.max(-128, Math.min(127, rest));
      if (Math.abs(part) <= 7) bytes.push(((part + 8) << 4) | distance);
      else bytes.push(distance, part & 0xff);
      rest -= part;
    }
  }
  bytes.push(END);
  return bytes;
}
