import { WjpegError } from '../errors.ts';

/** The picture formats that wjpeg reads. */
export type PictureFormat = 'png' | 'jpeg';

interface Signature {
  readonly name: string;
  /** Latin-1 characters that the file begins with, from `offset` on. */
  readonly text: string;
  readonly offset?: number;
}

const READ: readonly (Signature & { readonly format: PictureFormat })[] = [
  // W3C PNG 5.2.
  { format: 'png', name: 'PNG', text: '\x89PNG\r\n\x1a\n' },
  // SOI and the first byte of the marker after it, T.81 B.2.1.
  { format: 'jpeg', name: 'JPEG', text: '\xff\xd8\xff' },
];

/** What people give instead, so that the message can say what it is. */
const NOT_READ: readonly Signature[] = [
  { name: 'GIF', text: 'GIF8' },
  { name: 'WebP', text: 'WEBP', offset: 8 },
  { name: 'AVIF', text: 'ftypavif', offset: 4 },
  { name: 'HEIC', text: 'ftyphei', offset: 4 },
  { name: 'HEIC', text: 'ftypmif1', offset: 4 },
  { name: 'JPEG XL', text: '\xff\x0a' },
  { name: 'JPEG XL', text: '\x00\x00\x00\x0cJXL ' },
  { name: 'JPEG 2000', text: '\x00\x00\x00\x0cjP  ' },
  { name: 'TIFF', text: 'II*\x00' },
  { name: 'TIFF', text: 'MM\x00*' },
  { name: 'BMP', text: 'BM' },
  { name: 'PDF', text: '%PDF' },
  { name: 'ZIP (a .wjz?)', text: 'PK\x03\x04' },
  { name: 'gzip', text: '\x1f\x8b' },
  { name: 'SVG or other XML', text: '<' },
];

/**
 * Tells the format of a picture by its first bytes. Anything but PNG and JPEG is an error that names what was found.
 */
export function pictureFormat(bytes: Uint8Array): PictureFormat {
  if (bytes.length === 0) throw new WjpegError('corrupt', 'PICTURE_EMPTY', 'picture is empty (0 bytes)');
  const known = READ.find((signature) => startsWith(bytes, signature));
  if (known !== undefined) return known.format;
  const other = NOT_READ.find((signature) => startsWith(bytes, signature));
  const first = Array.from(bytes.subarray(0, 8), (byte) => byte.toString(16).padStart(2, '0')).join(' ');
  const found = other === undefined ? `a file that begins with ${first}` : other.name;
  throw new WjpegError('unsupported', 'PICTURE_FORMAT', `picture must be a PNG or a JPEG, got ${found}`);
}

function startsWith(bytes: Uint8Array, { text, offset = 0 }: Signature): boolean {
  return (
    bytes.length >= offset + text.length &&
    Array.from(text).every((character, index) => bytes[offset + index] === character.charCodeAt(0))
  );
}
