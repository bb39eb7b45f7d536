/** How a picture is to be turned to be upright: the tag Orientation of Exif (TIFF 6.0), 1 for "as it is". */
export type Orientation = 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8;

const ORIENTATION_TAG = 0x0112;
const TIFF_SHORT = 3;
const EXIF_HEADER = 'Exif\0\0';

/**
 * The orientation that an APP1 segment declares; undefined where it is not Exif, has none, or is damaged.
 *
 * @param content the segment without its marker and length
 */
export function exifOrientation(content: Uint8Array): Orientation | undefined {
  const header = String.fromCharCode(...content.subarray(0, EXIF_HEADER.length));
  return header === EXIF_HEADER ? tiffOrientation(content.subarray(EXIF_HEADER.length)) : undefined;
}

/**
 * The orientation that Exif declares; undefined where it has none or is damaged. Reads the first directory only (the
 * picture's own; the second is its thumbnail's), never outside of `content`.
 *
 * @param content Exif from its TIFF header on, as PNG's eXIf holds it
 */
export function tiffOrientation(content: Uint8Array): Orientation | undefined {
  const tiff = new DataView(content.buffer, content.byteOffset, content.byteLength);
  if (tiff.byteLength < 8) return undefined;
  const byteOrder = tiff.getUint16(0);
  if (byteOrder !== 0x4949 && byteOrder !== 0x4d4d) return undefined;
  const little = byteOrder === 0x4949;
  if (tiff.getUint16(2, little) !== 42) return undefined;
  const directory = tiff.getUint32(4, little);
  if (directory + 2 > tiff.byteLength) return undefined;
  const entries = tiff.getUint16(directory, little);
  for (let index = 0; index < entries; index++) {
    const entry = directory + 2 + 12 * index;
    if (entry + 12 > tiff.byteLength) return undefined;
    if (tiff.getUint16(entry, little) !== ORIENTATION_TAG) continue;
    const isOneShort =
      tiff.getUint16(entry + 2, little) === TIFF_SHORT && tiff.getUint32(entry + 4, little) === 1;
    const value = tiff.getUint16(entry + 8, little);
    return isOneShort && value >= 1 && value <= 8 ? (value as Orientation) : undefined;
  }
  return undefined;
}
