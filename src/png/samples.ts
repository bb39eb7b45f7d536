/** Samples of a row, one per entry. */
export type Samples = Uint8Array | Uint16Array;

/** Where the samples of a row go: rows of 8 bits per sample are passed on as they are, others need room. */
export function roomFor(count: number, bitDepth: number): Samples | undefined {
  if (bitDepth === 8) return undefined;
  return bitDepth === 16 ? new Uint16Array(count) : new Uint8Array(count);
}

/**
 * Splits the bytes of a row into samples: 16 bits big-endian, below 8 bits the leftmost in the highest bits (W3C PNG 7.2).
 *
 * @param room from `roomFor`; overwritten
 * @param count samples in the row
 */
export function unpack(row: Uint8Array, room: Samples | undefined, count: number, bitDepth: number): Samples {
  if (room === undefined) return row;
  if (bitDepth === 16) {
    for (let i = 0; i < count; i++) room[i] = (row[2 * i] << 8) | row[2 * i + 1];
    return room;
  }
  const mask = 2 ** bitDepth - 1;
  for (let i = 0; i < count; i++) {
    const bit = i * bitDepth;
    room[i] = (row[bit >> 3] >> (8 - bitDepth - (bit & 7))) & mask;
  }
  return room;
}
