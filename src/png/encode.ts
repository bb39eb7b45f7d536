import { zlibSync } from 'fflate';
import { joinBytes } from '../bytes.ts';
import { crc32 } from '../crc32.ts';

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

/**
 * A grey picture as a PNG.
 *
 * @param picture width × height samples of 8 bits, row-major
 */
export function encodeGreyPng(picture: {
  readonly width: number;
  readonly height: number;
  readonly samples: Uint8Array;
}): Uint8Array {
  const { width, height, samples } = picture;
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header[8] = 8;
  // Each row after its filter type, 0: none.
  const rows = new Uint8Array(height * (width + 1));
  for (let y = 0; y < height; y++) {
    rows.set(samples.subarray(y * width, (y + 1) * width), y * (width + 1) + 1);
  }
  return joinBytes([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('IDAT', zlibSync(rows)),
    chunk('IEND', new Uint8Array(0)),
  ]);
}

/** Length, type, content and CRC (W3C PNG 5.3). */
function chunk(type: string, content: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(12 + content.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, content.length);
  bytes.set(new TextEncoder().encode(type), 4);
  bytes.set(content, 8);
  view.setUint32(8 + content.length, crc32(bytes.subarray(4, 8 + content.length)));
  return bytes;
}
