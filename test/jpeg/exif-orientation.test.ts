import { describe, expect, it } from 'vitest';
import { exifOrientation, tiffOrientation } from '../../src/jpeg/lenient/exif-orientation.ts';

/** An entry of a TIFF directory: tag, type, count, value in its first two bytes. */
type Entry = readonly [tag: number, type: number, count: number, value: number];

/** A TIFF header of either byte order and a directory that says it has `entries` of those that are written. */
function tiff(written: readonly Entry[], { little = false, entries = written.length } = {}): Uint8Array {
  const bytes = new Uint8Array(8 + 2 + 12 * written.length);
  const view = new DataView(bytes.buffer);
  view.setUint16(0, little ? 0x4949 : 0x4d4d);
  view.setUint16(2, 42, little);
  view.setUint32(4, 8, little);
  view.setUint16(8, entries, little);
  written.forEach(([tag, type, count, value], index) => {
    const at = 10 + 12 * index;
    view.setUint16(at, tag, little);
    view.setUint16(at + 2, type, little);
    view.setUint32(at + 4, count, little);
    view.setUint16(at + 8, value, little);
  });
  return bytes;
}

const turned = (value: number): Entry => [0x0112, 3, 1, value];
const other: Entry = [0x010f, 2, 4, 0];

describe('the orientation of Exif', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])('%i, in either byte order, as the last bytes there are', (value) => {
    for (const little of [false, true]) {
      expect(tiffOrientation(tiff([turned(value)], { little }))).toBe(value);
      expect(tiffOrientation(tiff([other, turned(value)], { little }))).toBe(value);
    }
  });

  it('is none where the directory has no such entry, even if one stands behind it', () => {
    expect(tiffOrientation(tiff([]))).toBeUndefined();
    expect(tiffOrientation(tiff([other, turned(6)], { entries: 1 }))).toBeUndefined();
  });

  it.each<[string, Uint8Array]>([
    ['a value that is none', tiff([turned(9)])],
    ['zero', tiff([turned(0)])],
    ['another type', tiff([[0x0112, 4, 1, 6]])],
    ['two values', tiff([[0x0112, 3, 2, 6]])],
    ['an entry that is cut off', tiff([turned(6)]).subarray(0, 21)],
    ['a directory that is cut off', tiff([turned(6)]).subarray(0, 9)],
    ['a header that is cut off', tiff([turned(6)]).subarray(0, 7)],
    ['no bytes', new Uint8Array()],
  ])('is none of %s', (_, bytes) => {
    expect(tiffOrientation(bytes)).toBeUndefined();
  });

  it('is read in a segment that says it is Exif, and in no other', () => {
    const segment = (header: string): Uint8Array =>
      Uint8Array.from([...new TextEncoder().encode(header), ...tiff([turned(6)])]);
    expect(exifOrientation(segment('Exif\0\0'))).toBe(6);
    expect(exifOrientation(segment('Exif\0\xff'.slice(0, 5)))).toBeUndefined();
    expect(exifOrientation(segment('http:/'))).toBeUndefined();
  });
});
