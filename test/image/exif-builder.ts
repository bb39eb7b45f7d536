/** Exif as PNG's eXIf holds it: a TIFF directory of two entries; the second is Orientation. */
export function tiffWithOrientation(orientation: number, littleEndian = false): Uint8Array {
  const tiff = new DataView(new ArrayBuffer(8 + 2 + 2 * 12 + 4));
  tiff.setUint16(0, littleEndian ? 0x4949 : 0x4d4d);
  tiff.setUint16(2, 42, littleEndian);
  tiff.setUint32(4, 8, littleEndian);
  tiff.setUint16(8, 2, littleEndian);
  const entry = (at: number, tag: number, value: number): void => {
    tiff.setUint16(at, tag, littleEndian);
    tiff.setUint16(at + 2, 3, littleEndian);
    tiff.setUint32(at + 4, 1, littleEndian);
    tiff.setUint16(at + 8, value, littleEndian);
  };
  entry(10, 0x0103, 6);
  entry(22, 0x0112, orientation);
  return new Uint8Array(tiff.buffer);
}

/** The same in an APP1 segment. */
export function exifSegment(orientation: number, littleEndian = false): Uint8Array {
  const content = [...'Exif\0\0'].map((letter) => letter.charCodeAt(0));
  return app1([...content, ...tiffWithOrientation(orientation, littleEndian)]);
}

export function app1(content: readonly number[]): Uint8Array {
  const length = content.length + 2;
  return Uint8Array.of(0xff, 0xe1, length >> 8, length & 255, ...content);
}

/** A JPEG with a segment right behind SOI. */
export function withSegment(jpeg: Uint8Array, segment: Uint8Array): Uint8Array {
  const result = new Uint8Array(jpeg.length + segment.length);
  result.set(jpeg.subarray(0, 2));
  result.set(segment, 2);
  result.set(jpeg.subarray(2), 2 + segment.length);
  return result;
}
