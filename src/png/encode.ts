import { zlibSync } from 'fflate';
import { joinBytes } from '../bytes.ts';
import { crc32 } from '../crc32.ts';

const SIGNATURE = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

/** Samples of 8 bits, row-major, the channels of a pixel beside one another. */
export interface PngPicture {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly samples: Uint8Array;
}

/** A grey picture as a PNG. */
export function encodeGreyPng(picture: Omit<PngPicture, 'channels'>): Uint8Array {
  return encodePng({ ...picture, channels: 1 });
}

/** A grey (1 channel) or RGB picture (3) as a PNG. */
export function encodePng({ width, height, channels, samples }: PngPicture): Uint8Array {
  const header = new Uint8Array(13);
  const view = new DataView(header.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  header[8] = 8;
  // Colour type (W3C PNG 11.2.1): 0 grey, 2 RGB.
  header[9] = channels === 3 ? 2 : 0;
  // Each row after its filter type, 0: none.
  const length = width * channels;
  const rows = new Uint8Array(height * (length + 1));
  for (let y = 0; y < height; y++) {
    rows.set(samples.subarray(y * length, (y + 1) * length), y * (length + 1) + 1);
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
