import { joinBytes } from '../bytes.ts';
import { checksum } from './checksum.ts';
import { pngError } from './error.ts';
import { type PngHeader, readHeader } from './header.ts';

/** What of a PNG decides its picture. */
export interface PngChunks {
  readonly header: PngHeader;
  /** Content of PLTE, 3 bytes per colour; for palette pictures only. */
  readonly palette: Uint8Array | undefined;
  /** Content of tRNS, of a length that suits the colour type. */
  readonly transparency: Uint8Array | undefined;
  /** Content of eXIf. */
  readonly exif: Uint8Array | undefined;
  /** Content of the IDAT chunks, one after another: a zlib stream. */
  readonly imageData: Uint8Array;
  /** What was overlooked. */
  readonly warnings: readonly string[];
}

interface Chunk {
  readonly type: string;
  /** Where it begins in the file. */
  readonly offset: number;
  readonly content: Uint8Array;
  /** Whether its CRC is that of its type and content. Not computed before it is asked for. */
  readonly intact: boolean;
}

const SIGNATURE_LENGTH = 8;
const MAX_PALETTE_BYTES = 3 * 256;
/** Length, type and CRC around the content of every chunk. */
const CHUNK_OVERHEAD = 12;

/**
 * Reads the chunks that decide the picture: IHDR, PLTE, tRNS, eXIf and IDAT, up to IEND (W3C PNG, third edition, clause
 * 5). As libpng does, damage of these is an error in critical chunks, and a warning in tRNS, which is then ignored.
 * Other ancillary chunks are skipped, including all colour management (docs/decisions/0057-own-png-decoder.md).
 *
 * @param checkHeader called with the header, before anything else is read
 * @throws WjpegError `PICTURE_PNG`
 */
export function readPngChunks(bytes: Uint8Array, checkHeader: (header: PngHeader) => void): PngChunks {
  const header = firstHeader(bytes);
  checkHeader(header);
  const warnings: string[] = [];
  const imageData: Uint8Array[] = [];
  let palette: Uint8Array | undefined;
  let transparency: Uint8Array | undefined;
  let exif: Uint8Array | undefined;
  let previous = '';
  for (const chunk of chunksOf(bytes)) {
    const { type, offset, content } = chunk;
    switch (type) {
      case 'IHDR':
        if (previous !== '') throw pngError('corrupt', 'a second IHDR', offset);
        break;
      case 'PLTE':
        if (palette || imageData.length > 0) {
          throw pngError('corrupt', 'PLTE must come once, before IDAT', offset);
        }
        palette = content;
        if (header.colourType === 3) checkPalette(content, offset);
        break;
      case 'tRNS': {
        const problem = chunk.intact
          ? transparencyProblem(header, content, palette, transparency, imageData.length > 0)
          : 'its CRC is wrong';
        if (problem === undefined) transparency = content;
        else warnings.push(`PNG at byte ${offset}: tRNS is ignored: ${problem}`);
        break;
      }
      case 'eXIf':
        // Browsers, too, do not turn what they have begun to show.
        if (imageData.length === 0 && chunk.intact) exif ??= content;
        break;
      case 'IDAT':
        if (header.colourType === 3 && palette === undefined) {
          throw pngError('corrupt', 'it has palette indices but no palette (PLTE) before its IDAT', offset);
        }
        if (imageData.length > 0 && previous !== 'IDAT') {
          throw pngError('corrupt', 'IDAT chunks must follow one another', offset);
        }
        imageData.push(content);
        break;
      case 'IEND':
        break;
      default:
        // W3C PNG 5.4: an upper-case first letter marks a chunk without which the picture cannot be shown.
        if (/^[A-Z]/.test(type)) {
          throw pngError('unsupported', `chunk ${type} is critical and unknown`, offset);
        }
    }
    if (/^[A-Z]/.test(type) && !chunk.intact)
      throw pngError('corrupt', `the CRC of ${type} is wrong`, offset);
    previous = type;
  }
  if (imageData.length === 0) throw pngError('corrupt', 'it has no image data (IDAT)', bytes.length);
  return {
    header,
    palette: header.colourType === 3 ? palette : undefined,
    transparency,
    exif,
    imageData: imageData.length === 1 ? imageData[0] : joinBytes(imageData),
    warnings,
  };
}

function firstHeader(bytes: Uint8Array): PngHeader {
  const first = chunksOf(bytes).next().value as Chunk;
  const { type, content, offset, intact } = first;
  if (type === 'CgBI') {
    throw pngError(
      'unsupported',
      "it is Apple's variant for iOS (CgBI): convert it, for example with pngcrush -revert-iphone-optimizations",
      offset,
    );
  }
  if (type !== 'IHDR' || content.length !== 13) {
    throw pngError('corrupt', 'the first chunk must be IHDR of 13 bytes', offset);
  }
  if (!intact) throw pngError('corrupt', 'the CRC of IHDR is wrong', offset);
  return readHeader(content, offset);
}

/** The chunks of a file up to IEND, which is the last of them. */
function* chunksOf(bytes: Uint8Array): Generator<Chunk, void> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let type = '';
  for (let offset = SIGNATURE_LENGTH; type !== 'IEND'; ) {
    const end =
      offset + CHUNK_OVERHEAD + (offset + CHUNK_OVERHEAD > bytes.length ? 0 : view.getUint32(offset));
    if (end > bytes.length) {
      throw pngError(
        'corrupt',
        `the file ends after ${bytes.length} bytes, inside a chunk or without IEND`,
        Math.min(offset, bytes.length),
      );
    }
    type = String.fromCharCode(...bytes.subarray(offset + 4, offset + 8));
    if (!/^[A-Za-z]{4}$/.test(type)) throw pngError('corrupt', 'a chunk type must be four letters', offset);
    const chunk = bytes.subarray(offset + 4, end - 4);
    const stored = view.getUint32(end - 4);
    yield {
      type,
      offset,
      content: chunk.subarray(4),
      get intact() {
        return checksum(chunk) === stored;
      },
    };
    offset = end;
  }
}

function checkPalette(content: Uint8Array, offset: number): void {
  const { length } = content;
  if (length > 0 && length <= MAX_PALETTE_BYTES && length % 3 === 0) return;
  throw pngError(
    'corrupt',
    `the palette (PLTE) has ${length} bytes, expected 3 for each of 1 to 256 colours`,
    offset,
  );
}

/** Bytes of tRNS by colour type: a sample of each channel (W3C PNG 11.3.1.1). */
const TRANSPARENCY_BYTES: Readonly<Record<number, number>> = { 0: 2, 2: 6 };

/** Why libpng ignores a tRNS chunk; undefined for one that it does not. */
function transparencyProblem(
  { colourType }: PngHeader,
  { length }: Uint8Array,
  palette: Uint8Array | undefined,
  before: Uint8Array | undefined,
  isLate: boolean,
): string | undefined {
  if (isLate) return 'it comes after IDAT';
  if (before) return 'it is the second one';
  if (colourType > 3) return 'the picture has an alpha channel';
  if (colourType === 3) {
    if (!palette) return 'it comes before PLTE';
    const colours = palette.length / 3;
    return length > 0 && length <= colours
      ? undefined
      : `it has ${length} entries for ${colours} colours of the palette`;
  }
  const expected = TRANSPARENCY_BYTES[colourType];
  return length === expected ? undefined : `it has ${length} bytes, expected ${expected}`;
}
