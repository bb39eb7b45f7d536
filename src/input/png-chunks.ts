import { WjpegError } from '../errors.ts';
import { crc32 } from '../wjz/crc32.ts';

/**
 * The chunk layer of PNG (W3C PNG, third edition, clause 5): finds the chunks that matter for the samples and checks
 * their order and sizes, so that the decoder behind it meets nothing that it does not guard against itself.
 */

/** Fields of IHDR (W3C PNG 11.2.1). */
export interface PngHeader {
  readonly width: number;
  readonly height: number;
  readonly bitDepth: number;
  readonly colourType: number;
  readonly interlaced: boolean;
}

export interface PngChunks {
  readonly header: PngHeader;
  /** A PNG of the same picture that has only IHDR, PLTE, tRNS, one IDAT and IEND. */
  readonly essential: Uint8Array;
  /** Data of the IDAT chunks, one after the other: a zlib stream. */
  readonly imageData: Uint8Array;
}

/** The chunks that decide the samples. Colour profiles, gamma, text and animation are left out (W3C PNG 11.3). */
const ESSENTIAL: ReadonlySet<string> = new Set(['IHDR', 'PLTE', 'tRNS', 'IDAT', 'IEND']);

/** Bit depths that go with each colour type (W3C PNG Table 12). */
const BIT_DEPTHS: Readonly<Record<number, readonly number[]>> = {
  0: [1, 2, 4, 8, 16],
  2: [8, 16],
  3: [1, 2, 4, 8],
  4: [8, 16],
  6: [8, 16],
};

const SIGNATURE_LENGTH = 8;
/** Length, type and CRC around the data of every chunk. */
const CHUNK_OVERHEAD = 12;

/**
 * Splits a PNG into its chunks. CRCs are left to the decoder, but for those of several IDAT chunks, which it gets as
 * one: its inflator takes a window of memory for each, which is gigabytes for a megabyte of chunks of one byte.
 */
export function readPngChunks(bytes: Uint8Array): PngChunks {
  const header = readPngHeader(bytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const kept: Uint8Array[] = [bytes.subarray(0, SIGNATURE_LENGTH)];
  const imageData: Uint8Array[] = [];
  const checksums: { readonly offset: number; readonly stored: number; readonly chunk: Uint8Array }[] = [];
  let imagePlace = 0;
  const seen: string[] = [];
  let offset = SIGNATURE_LENGTH;
  while (seen.at(-1) !== 'IEND') {
    if (offset + CHUNK_OVERHEAD > bytes.length) throw truncated(bytes, offset);
    const length = view.getUint32(offset);
    const end = offset + CHUNK_OVERHEAD + length;
    if (end > bytes.length) throw truncated(bytes, offset);
    const type = chunkType(bytes, offset);
    if (ESSENTIAL.has(type)) {
      checkOrder(type, seen, offset);
      if (type === 'IDAT') {
        if (imageData.length === 0) imagePlace = kept.length;
        imageData.push(bytes.subarray(offset + 8, end - 4));
        checksums.push({
          offset,
          stored: view.getUint32(end - 4),
          chunk: bytes.subarray(offset + 4, end - 4),
        });
      }
      if (type !== 'IDAT' || imageData.length === 1) kept.push(bytes.subarray(offset, end));
      seen.push(type);
    } else if (/^[A-Z]/.test(type)) {
      // W3C PNG 5.4: an upper-case first letter marks a chunk without which the picture cannot be shown.
      throw pngError('unsupported', `chunk ${type} is critical and not known`, offset);
    }
    offset = end;
  }
  if (imageData.length === 0) throw pngError('corrupt', 'it has no image data (IDAT)', offset);
  if (header.colourType === 3 && !seen.includes('PLTE')) {
    throw pngError('corrupt', 'it has palette indices but no palette (PLTE)', offset);
  }
  const data = concatenate(imageData);
  if (imageData.length > 1) {
    for (const { offset, stored, chunk } of checksums) {
      if (crc32(chunk) !== stored) throw pngError('corrupt', 'the CRC of a chunk IDAT is wrong', offset);
    }
    kept[imagePlace] = imageChunk(data);
  }
  return { header, essential: concatenate(kept), imageData: data };
}

/** All image data as one chunk. */
function imageChunk(data: Uint8Array): Uint8Array {
  const chunk = new Uint8Array(CHUNK_OVERHEAD + data.length);
  const view = new DataView(chunk.buffer);
  view.setUint32(0, data.length);
  chunk.set([0x49, 0x44, 0x41, 0x54], 4);
  chunk.set(data, 8);
  view.setUint32(8 + data.length, crc32(chunk.subarray(4, 8 + data.length)));
  return chunk;
}

/** The header alone: what a PNG declares of its size and colour type. */
export function readPngHeader(bytes: Uint8Array): PngHeader {
  const start = SIGNATURE_LENGTH;
  if (bytes.length < start + CHUNK_OVERHEAD + 13) throw truncated(bytes, Math.min(start, bytes.length));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(start) !== 13 || chunkType(bytes, start) !== 'IHDR') {
    throw pngError('corrupt', 'the first chunk must be IHDR of 13 bytes', start);
  }
  const width = view.getUint32(start + 8);
  const height = view.getUint32(start + 12);
  const [bitDepth, colourType, compression, filter, interlace] = bytes.subarray(start + 16, start + 21);
  if (width === 0 || height === 0) throw pngError('corrupt', `it declares ${width}×${height} pixels`, start);
  if (!BIT_DEPTHS[colourType]?.includes(bitDepth)) {
    throw pngError('corrupt', `colour type ${colourType} with ${bitDepth} bits does not exist`, start);
  }
  if (compression !== 0 || filter !== 0 || interlace > 1) {
    const methods = `compression ${compression}, filter ${filter}, interlace ${interlace}`;
    throw pngError('unsupported', `methods must be 0, 0 and 0 or 1, got ${methods}`, start);
  }
  return { width, height, bitDepth, colourType, interlaced: interlace === 1 };
}

export function pngError(kind: 'corrupt' | 'unsupported', what: string, offset: number): WjpegError {
  return new WjpegError(kind, 'PICTURE_PNG', `PNG at byte ${offset}: ${what}`, { offset });
}

function checkOrder(type: string, seen: readonly string[], offset: number): void {
  if (type === 'IHDR' && seen.length > 0) throw pngError('corrupt', 'a second IHDR', offset);
  if (type === 'IDAT' && seen.includes('IDAT') && seen.at(-1) !== 'IDAT') {
    throw pngError('corrupt', 'IDAT chunks must follow one another', offset);
  }
  if ((type === 'PLTE' || type === 'tRNS') && (seen.includes(type) || seen.includes('IDAT'))) {
    throw pngError('corrupt', `${type} must come once, before IDAT`, offset);
  }
}

function truncated(bytes: Uint8Array, offset: number): WjpegError {
  return pngError(
    'corrupt',
    `the file ends after ${bytes.length} bytes, inside a chunk or without IEND`,
    offset,
  );
}

function chunkType(bytes: Uint8Array, offset: number): string {
  return String.fromCharCode(...bytes.subarray(offset + 4, offset + 8));
}

function concatenate(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
