import { crc32, deflateSync } from 'node:zlib';

/** Builds PNG files chunk by chunk from the format's specification (W3C PNG), also such as no encoder would write. */

export const PNG_SIGNATURE: readonly number[] = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

export function chunk(type: string, data: Uint8Array | readonly number[] = []): Uint8Array {
  const bytes = new Uint8Array(12 + data.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, data.length);
  bytes.set(new TextEncoder().encode(type), 4);
  bytes.set(data, 8);
  view.setUint32(8 + data.length, crc32(bytes.subarray(4, 8 + data.length)));
  return bytes;
}

export interface Header {
  readonly width: number;
  readonly height: number;
  readonly bitDepth?: number;
  readonly colourType?: number;
  readonly interlace?: number;
}

export function headerChunk({
  width,
  height,
  bitDepth = 8,
  colourType = 0,
  interlace = 0,
}: Header): Uint8Array {
  const data = new Uint8Array(13);
  const view = new DataView(data.buffer);
  view.setUint32(0, width);
  view.setUint32(4, height);
  data.set([bitDepth, colourType, 0, 0, interlace], 8);
  return chunk('IHDR', data);
}

/** A file of chunks: signature, the chunks, IEND. */
export function pngFile(...chunks: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from([...PNG_SIGNATURE, ...chunks.flatMap((part) => Array.from(part)), ...chunk('IEND')]);
}

/** IDAT of rows of bytes, each unfiltered. */
export function imageDataChunk(rows: readonly (readonly number[])[]): Uint8Array {
  return chunk('IDAT', deflateSync(Uint8Array.from(rows.flatMap((row) => [0, ...row]))));
}

/** A PNG of samples: `rows[y]` lists the samples of a row, the channels of a pixel side by side. */
export function pngOfSamples(
  header: Omit<Header, 'width' | 'height'> & { readonly width: number },
  rows: readonly (readonly number[])[],
  ...before: readonly Uint8Array[]
): Uint8Array {
  const { bitDepth = 8 } = header;
  const pack = (row: readonly number[]) => {
    const bytes = new Array<number>(Math.ceil((row.length * bitDepth) / 8)).fill(0);
    row.forEach((sample, index) => {
      for (let bit = 0; bit < bitDepth; bit++) {
        const at = index * bitDepth + bit;
        if ((sample >> (bitDepth - 1 - bit)) & 1) bytes[at >> 3] |= 0x80 >> (at & 7);
      }
    });
    return bytes;
  };
  return pngFile(headerChunk({ ...header, height: rows.length }), ...before, imageDataChunk(rows.map(pack)));
}
