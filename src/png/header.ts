import { pngError } from './error.ts';

/** Fields of IHDR (W3C PNG 11.2.1). */
export interface PngHeader {
  readonly width: number;
  readonly height: number;
  /** Bits per sample, or per palette index. */
  readonly bitDepth: number;
  readonly colourType: ColourType;
  readonly interlaced: boolean;
}

/** Grey, RGB, palette index, grey and alpha, RGB and alpha (W3C PNG Table 12). */
export type ColourType = 0 | 2 | 3 | 4 | 6;

/** Samples per pixel and the bit depths that exist, by colour type (W3C PNG Table 12). */
const COLOUR_TYPES: Readonly<Record<number, { channels: number; bitDepths: readonly number[] }>> = {
  0: { channels: 1, bitDepths: [1, 2, 4, 8, 16] },
  2: { channels: 3, bitDepths: [8, 16] },
  3: { channels: 1, bitDepths: [1, 2, 4, 8] },
  4: { channels: 2, bitDepths: [8, 16] },
  6: { channels: 4, bitDepths: [8, 16] },
};

/** Samples per pixel. */
export function channelsOf({ colourType }: PngHeader): number {
  return COLOUR_TYPES[colourType].channels;
}

/**
 * Reads the content of IHDR.
 *
 * @param offset where the chunk begins, for messages
 * @throws WjpegError `PICTURE_PNG` for values that the format does not have
 */
export function readHeader(content: Uint8Array, offset: number): PngHeader {
  const view = new DataView(content.buffer, content.byteOffset, content.byteLength);
  const width = view.getUint32(0);
  const height = view.getUint32(4);
  const [bitDepth, colourType, compression, filter, interlace] = content.subarray(8);
  if (width === 0 || height === 0) {
    throw pngError('corrupt', `it declares ${width}×${height} pixels`, offset);
  }
  if (!COLOUR_TYPES[colourType]?.bitDepths.includes(bitDepth)) {
    throw pngError('corrupt', `colour type ${colourType} with ${bitDepth} bits does not exist`, offset);
  }
  if (compression !== 0 || filter !== 0 || interlace > 1) {
    const methods = `compression ${compression}, filter ${filter}, interlace ${interlace}`;
    throw pngError('unsupported', `methods must be 0, 0 and 0 or 1, got ${methods}`, offset);
  }
  return { width, height, bitDepth, colourType: colourType as ColourType, interlaced: interlace === 1 };
}
