import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Entry, encodeRow } from '../../../src/exporters/c/codes.ts';

/** What the C reads of a row: each byte by itself, as `encodeRow` describes them. */
function decodeRow(bytes: readonly number[]): Map<number, number> {
  const sums = new Map<number, number>();
  let [at, place] = [0, 0];
  for (;;) {
    const byte = bytes[at++];
    if (byte === 0x8f) break;
    const [high, low] = [byte >> 4, byte & 15];
    if (high === 8) {
      place += 16 * (low + 1);
      continue;
    }
    place += low;
    const value = high === 0 ? (bytes[at++] << 24) >> 24 : high - 8;
    sums.set(place, (sums.get(place) ?? 0) + value);
  }
  expect(at).toBe(bytes.length);
  return sums;
}

const entries = fc
  .uniqueArray(
    fc.record({
      place: fc.oneof(fc.nat(40), fc.nat(65535)),
      value: fc
        .oneof(fc.integer({ min: -9, max: 9 }), fc.constantFrom(-128, 127, 128, -129, 32767, -32768))
        .filter((value) => value !== 0),
    }),
    { selector: ({ place }) => place, maxLength: 30, size: 'max' },
  )
  .map((list) => list.toSorted((a, b) => a.place - b.place));

it('a row of coefficients is read back as it was', () => {
  fc.assert(
    fc.property(entries, (row: readonly Entry[]) => {
      const expected = new Map(row.map(({ place, value }) => [place, value]));
      expect(decodeRow(encodeRow(row))).toEqual(expected);
    }),
    { seed: 1 },
  );
});

it('a byte is enough for values to 7 and distances to 15, two for values of a byte or another 240 places', () => {
  const lengths = (place: number, value: number): number => encodeRow([{ place, value }]).length - 1;
  expect([lengths(15, 7), lengths(15, -7), lengths(0, 8), lengths(16, 1)]).toEqual([1, 1, 2, 2]);
  expect([lengths(255, 1), lengths(256, 1), lengths(0, -128), lengths(0, 128)]).toEqual([2, 3, 2, 3]);
});
